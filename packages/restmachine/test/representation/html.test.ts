import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml, Html, type HtmlValue, html, rawHtml } from '../../src/representation/html.ts'

describe('html', () => {
  it('keeps the template and escapes the values', () => {
    expect(String(html`<b title="${'"x"'}">${"<i>&'"}</b>`)).toBe(
      '<b title="&quot;x&quot;">&lt;i&gt;&amp;&#39;</b>',
    )
  })

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title><svg/onload=alert(1)>',
    '&lt;script&gt;',
    '&#60;script&#62;',
  ])('writes %s as text, in text and in attributes', (attack) => {
    const text = String(html`<p class="${attack}" id='${attack}'>${attack}</p>`)
    expect(text.match(/[<>"']/g)?.join('')).toBe(`<""''><>`)
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/)
  })

  it('lets no < > " \' or bare & of a value through', () => {
    const leaf = fc.oneof(
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', ';', '#', 'é', '\u0000') }),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined),
    )
    const { value } = fc.letrec<{ value: HtmlValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value')),
        tie('value').map((inner) => html`${inner}`),
      ),
    }))
    fc.assert(
      fc.property(value, value, (first, second) => {
        const text = String(html`[${first}|${second}]`)
        expect(text).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/)
      }),
      { numRuns: 1000 },
    )
  })

  it('gives back the text when it is unescaped, and escapes once however deep', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'l', 't', ';') }), (text) => {
        const nested = String(html`${html`${[html`${text}`]}`}`)
        expect(nested).toBe(escapeHtml(text))
        expect(unescapeHtml(nested)).toBe(text)
      }),
    )
  })

  it('joins lists and leaves out null, undefined and false', () => {
    expect(String(html`${[html`<i>1</i>`, '<', [2, 3n]]}`)).toBe('<i>1</i>&lt;23')
    expect(String(html`[${null}${undefined}${false}${[]}${''}]`)).toBe('[]')
    expect(String(html`${0} ${true} ${Number.NaN}`)).toBe('0 true NaN')
  })

  it('has no room for values', () => {
    expect(String(html``)).toBe('')
    expect(String(html`a`)).toBe('a')
  })

  it('is not fooled by what looks like Html', () => {
    const forged: unknown = Object.assign(Object.create(Html.prototype), { text: '<b>' })
    expect(Html.is(forged)).toBe(false)
    const lookAlike: unknown = { toString: () => '<script>', text: '<script>' }
    // What JSON can bring in must be escaped even when the types were got around.
    expect(String(html`${lookAlike as string}`)).toBe('&lt;script&gt;')
    expect(Html.is(html`a`)).toBe(true)
    for (const other of [null, undefined, '<b>', {}]) expect(Html.is(other)).toBe(false)
  })

  it('writes raw HTML as it is', () => {
    expect(String(html`<p>${rawHtml('<b>&amp;</b>')}</p>`)).toBe('<p><b>&amp;</b></p>')
  })
})

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
