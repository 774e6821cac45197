import fc from 'fast-check'
import { assert, describe, it } from 'vitest'
import { staticNames } from '../../src/representation/static-path.ts'

const plain = { dotFiles: false, windows: false }
const windows = { dotFiles: false, windows: true }

describe('the names on a path below a static mount', () => {
  it.for([
    ['', []],
    ['a', ['a']],
    ['a/b.css', ['a', 'b.css']],
    ['a/', ['a']],
    ['a..b/c...', ['a..b', 'c...']],
    ['é ü/%2e%2e', ['é ü', '%2e%2e']],
    ['.well-known/security.txt', ['.well-known', 'security.txt']],
  ] as const)('of %j are %j', ([path, names]) => {
    assert.deepEqual(staticNames(path, plain), names)
  })

  it.for([
    '/',
    '//',
    '/etc/passwd',
    'a//b',
    'a//',
    '..',
    '../a',
    'a/../b',
    'a/..',
    '.',
    './a',
    'a/./b',
    'a\\b',
    '..\\..\\a',
    'a\0.html',
    'a\nb',
    'a\u007f',
    '.env',
    '.git/config',
    'a/.htaccess',
    'a/.well-known/b',
    '.well-known/.secret',
    '.well-known2',
  ])('are none for %j', (path) => {
    assert.isUndefined(staticNames(path, plain))
  })

  it('may begin with a dot where that is wanted, but are no dot segments', () => {
    const given = { dotFiles: true, windows: false }
    assert.deepEqual(staticNames('a/.env', given), ['a', '.env'])
    for (const path of ['.', '..', 'a/../b', 'a/.']) assert.isUndefined(staticNames(path, given))
  })

  it.for([
    'a.txt:stream',
    'a.txt::$DATA',
    'c:',
    'CON',
    'con.txt',
    'nul',
    'a/Aux.js',
    'prn .txt',
    'COM1',
    'com³.log',
    'LPT9',
    'conin$',
    'a.txt.',
    'a.txt ',
    'secret. ',
    'GIT~1',
    'a/LONGNA~12.TXT',
  ])('are none for %j on Windows, and are elsewhere', (path) => {
    assert.isUndefined(staticNames(path, windows))
    assert.deepEqual(staticNames(path, plain), path.split('/'))
  })

  it.for(['console.js', 'aux', 'com.txt', 'com10', 'nul-and-void', 'lpt', 'a~b'])('%j', (path) => {
    const isDevice = path === 'aux'
    assert.equal(staticNames(path, windows) === undefined, isDevice)
  })

  it('never lead up, whatever the path is', () => {
    const piece = fc.constantFrom('.', '..', '/', '\\', 'a', '\0', ':', ' ', '~1', 'é', '.well-known')
    const path = fc.array(piece).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(path, fc.boolean(), fc.boolean(), (path, dotFiles, windows) => {
        const names = staticNames(path, { dotFiles, windows })
        if (names === undefined) return
        assert.equal(names.join('/'), path.replace(/\/$/, ''))
        // Another reader of paths finds nothing to take away.
        const url = new URL(`http://h/${names.map(encodeURIComponent).join('/')}`)
        assert.equal(decodeURIComponent(url.pathname), `/${names.join('/')}`)
      }),
    )
  })
})
