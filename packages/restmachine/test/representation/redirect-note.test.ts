import { assert, describe, it } from 'vitest'
import { writeRedirectNote } from '../../src/representation/redirect-note.ts'

function page(location: string): string {
  return writeRedirectNote(308, location, 'text/html').body
}

describe('the note of a redirection', () => {
  it.for([
    [undefined, 'text/plain'],
    ['', 'text/plain'],
    ['*/*', 'text/plain'],
    ['application/json', 'text/plain'],
    ['text/plain, text/html;q=0.9', 'text/plain'],
    ['text/html;q=0.9, text/plain;q=0.8', 'text/html'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
  ] as const)('is for Accept: %s of type %s', ([accept, type]) => {
    assert.equal(writeRedirectNote(307, '/a', accept).contentType, `${type}; charset=utf-8`)
  })

  it('is as text what is to know', () => {
    assert.equal(writeRedirectNote(301, '/a', undefined).body, '301 Moved Permanently\n/a\n')
  })

  it('links in HTML to the address, which ends no attribute and opens no element', () => {
    assert.include(page('/a?b=1&c="><script>'), '<a href="/a?b=1&amp;c=&quot;&gt;&lt;script&gt;">')
    assert.notInclude(page('/<script>'), '<script>')
  })

  it.for(['https://example.com/', 'HTTP://example.com', '//example.com/a', '../a', '?a:b', '#a', '/a:b'])(
    'links to %s',
    (location) => {
      assert.include(page(location), `<a href="${location}">`)
    },
  )

  it.for(['javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,hi', 'vbscript:a'])(
    'does not link to what a click would run: %s',
    (location) => {
      assert.notInclude(page(location), '<a ')
      assert.include(page(location), location)
    },
  )
})
