import { assert, describe, it } from 'vitest'
import { parseLink } from '../../src/http/link.ts'
import { type Choice, writeChoices } from '../../src/representation/choices.ts'

const CHOICES: readonly Choice[] = [
  { uri: '/page.de', type: 'text/html', language: 'de', title: 'Grüße & <mehr>' },
  { uri: 'https://example.com/page?a=1&b="2"'.replaceAll('"', '%22') },
]

describe('writeChoices', () => {
  it.for([undefined, '', '*/*', 'application/json', 'text/html;q=0.5, application/json', 'image/png'])(
    'writes JSON for those who do not prefer HTML: %s',
    (accept) => {
      const { contentType, body } = writeChoices(CHOICES, accept)
      assert.equal(contentType, 'application/json')
      assert.deepEqual(JSON.parse(body), { choices: CHOICES })
    },
  )

  it('writes HTML for those who do, with everything escaped', () => {
    for (const accept of ['text/html', 'text/html, */*;q=0.8', 'text/*']) {
      const { contentType, body } = writeChoices(CHOICES, accept)
      assert.equal(contentType, 'text/html; charset=utf-8')
      assert.include(body, '<a href="/page.de">Grüße &amp; &lt;mehr&gt;</a> (text/html, de)')
      // Without a title the address stands for it, and nothing stands behind it.
      assert.match(body, /<li><a href="([^"]+)">\1<\/a><\/li>/)
      assert.notInclude(body, '<mehr>')
    }
  })

  it('says the same in Link, whatever the type', () => {
    for (const accept of ['text/html', 'application/json']) {
      const links = parseLink(writeChoices(CHOICES, accept).link) ?? []
      assert.deepEqual(
        links.map((link) => ({ ...link })),
        [
          { uri: '/page.de', rel: 'alternate', type: 'text/html', hreflang: 'de', title: 'Grüße & <mehr>' },
          { uri: CHOICES[1]?.uri ?? '', rel: 'alternate' },
        ],
      )
    }
  })

  it('refuses an address that is none', () => {
    assert.throws(
      () => writeChoices([{ uri: '/a>b' }], undefined),
      TypeError,
      'Cannot format a link to "/a>b"',
    )
  })
})
