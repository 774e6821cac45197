import { type FilesOptions, RestApplication, Router } from 'restmachine'
import { assert, describe, expect, it } from 'vitest'
import { startFault } from './asking.ts'
import { at, directory } from './files-directory.ts'

const faultsOf = async (options: object): Promise<string> => {
  const app = new RestApplication().files('/', at('public'), options as FilesOptions<unknown>)
  return (await startFault(app)).replaceAll(directory, '…')
}

describe('files that cannot be served', () => {
  it('are a fault at the start: the directory is not there', async () => {
    const app = new RestApplication()
      .files('/a', at('absent'))
      .files('/b', at('public/digits.txt'))
      .files('/c', '')
      .files('/d', new URL('https://example.com/'))
      .mount('/e', new Router().files('/f', at('public/digits.txt/more')))
    expect((await startFault(app)).replaceAll(directory, '…')).toMatchInlineSnapshot(`
      "Cannot start the application: 5 faults
      1.   files /a: there is nothing at …/absent
           make the directory, or give the path of another one
           a relative path begins at the working directory; new URL('./public', import.meta.url) at the source file
           declared at:  files-faults.test.ts
      2.   files /b: this is no directory: …/public/digits.txt
           make the directory, or give the path of another one
           a relative path begins at the working directory; new URL('./public', import.meta.url) at the source file
           declared at:  files-faults.test.ts
      3.   files /c: a directory is a path or a file: URL, got ""
           declared at:  files-faults.test.ts
      4.   files /d: a directory is a path or a file: URL, got https://example.com/
           declared at:  files-faults.test.ts
      5.   files /f: there is nothing at …/public/digits.txt/more
           make the directory, or give the path of another one
           a relative path begins at the working directory; new URL('./public', import.meta.url) at the source file
           declared at:  files-faults.test.ts"
    `)
  })

  it('are a fault at the start: an option does not exist, or cannot be', async () => {
    expect(
      await faultsOf({
        indx: 'a',
        index: 'a/b',
        dotFiles: 'yes',
        precompressed: ['brotli'],
        fallback: 'absent.html',
        provides: {},
        cacheResponse: { maxAge: -1 },
      }),
    ).toMatchInlineSnapshot(`
      "Cannot start the application: 7 faults
      1.   files /: there is no option "indx"
           did you mean "index"?
           declared at:  files-faults.test.ts
      2.   files /: there is no option "provides"
           declared at:  files-faults.test.ts
      3.   files /: dotFiles is true or false
           got "yes"
           declared at:  files-faults.test.ts
      4.   files /: index is the name of a file, or false
           got "a/b"
           declared at:  files-faults.test.ts
      5.   files /: precompressed is false, or a list of br, zstd, gzip
           got "brotli"
           declared at:  files-faults.test.ts
      6.   files /: fallback: there is no file …/public/absent.html
           make the file, or leave fallback out
           declared at:  files-faults.test.ts
      7.   GET /*filePath: Cannot format Cache-Control: max-age: whole seconds from 0 to 2147483648 are needed, got -1
           declared at:  files-faults.test.ts"
    `)
  })

  it.for([
    { fallback: '../secret.txt' },
    { fallback: '/etc/passwd' },
    { fallback: '' },
    { fallback: 'sub/' },
    { fallback: 'sub' },
    { index: '..' },
    { index: '' },
    { index: true },
    { precompressed: true },
  ])('are a fault at the start: %j', async (options) => {
    assert.include(await faultsOf(options), Object.keys(options)[0] as string)
  })

  it('are a fault at the start: the path is taken, or is no template', async () => {
    const app = new RestApplication()
      .files('/a', at('public'))
      .files('/a/', at('public'))
      .files('b', at('public'))
      .files('/c/*rest', at('public'))
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 3 faults
      1.   GET /a/*filePath: there is such a route already
           the first:    files-faults.test.ts
           remove one of them, or change its path or method
           declared at:  files-faults.test.ts
      2.   GET b/*filePath: cannot read the path template: it starts with "/"
             b/*filePath
             ^
           declared at:  files-faults.test.ts
      3.   GET /c/*rest/*filePath: cannot read the path template: "*rest" takes the rest, so nothing can follow it
             /c/*rest/*filePath
                      ^
           declared at:  files-faults.test.ts"
    `)
  })

  it('cannot be added to an application that runs', async () => {
    const app = new RestApplication().files('/a', at('public'))
    await app.startup()
    assert.throws(() => app.files('/b', at('public')), /the application has started/)
  })
})
