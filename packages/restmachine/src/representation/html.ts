/** What may stand between the parts of an {@link html} template. */
export type HtmlValue = Html | string | number | bigint | boolean | null | undefined | readonly HtmlValue[]

/**
 * A piece of HTML that is safe to send. Only {@link html} and {@link rawHtml} make one; a look-alike does
 * not pass for one, in types or at run time.
 */
export class Html {
  readonly #text: string

  /** Takes the text as it is; {@link rawHtml} is the word for it. */
  constructor(text: string) {
    this.#text = text
  }

  /** Whether `value` is a piece of HTML. */
  static is(value: unknown): value is Html {
    return typeof value === 'object' && value !== null && #text in value
  }

  /** The markup. */
  toString(): string {
    return this.#text
  }
}

/**
 * A template whose values are escaped, unless they are {@link Html} themselves.
 *
 * Lists are joined without a separator; `null`, `undefined` and `false` are written as nothing. Escaped
 * values are safe in text and in quoted attributes. No escaping makes them safe in an unquoted attribute,
 * in `<script>` or `<style>`, or as the scheme of a link.
 *
 * @example
 * ```ts
 * const names = ['Ada', '<Grace>']
 * const list = html`<ul title="${'"all"'}">${names.map((name) => html`<li>${name}</li>`)}</ul>`
 * String(list)
 * // '<ul title="&quot;all&quot;"><li>Ada</li><li>&lt;Grace&gt;</li></ul>'
 * ```
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? ''
  for (const [index, value] of values.entries()) text += render(value) + (parts[index + 1] ?? '')
  return new Html(text)
}

/**
 * Marks text as HTML to be written as it is. Never give it text from a client.
 *
 * @example
 * ```ts
 * String(html`${rawHtml('<hr>')}`)
 * // '<hr>'
 * ```
 */
export function rawHtml(text: string): Html {
  return new Html(text)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Escapes text for HTML: `&`, `<`, `>`, `"` and `'`.
 *
 * @example
 * ```ts
 * escapeHtml(`<a href='x'>`)
 * // '&lt;a href=&#39;x&#39;&gt;'
 * ```
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (isList(value)) return value.map(render).join('')
  return Html.is(value) ? value.toString() : escapeHtml(String(value))
}

// `Array.isArray` alone does not narrow a readonly list.
function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value)
}
