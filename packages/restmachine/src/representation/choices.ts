import { parseAccept } from '../http/accept.ts'
import { formatLink } from '../http/link.ts'
import { type MediaType, parseMediaType } from '../http/media-type.ts'
import { html } from './html.ts'
import { stringifyJson } from './json.ts'
import { qualityOf } from './negotiation.ts'

/** One representation among several that a client may choose from. */
export interface Choice {
  /** Where it is; relative to the request, if need be. */
  readonly uri: string
  /** Its media type. */
  readonly type?: string
  /** Its language. */
  readonly language?: string
  readonly title?: string
}

/** Choices as they go out. */
interface WrittenChoices {
  readonly contentType: string
  readonly body: string
  /** The value of `Link`, which says the same to programs. */
  readonly link: string
}

const JSON_TYPE = parseMediaType('application/json') as MediaType
const HTML = parseMediaType('text/html') as MediaType

/**
 * Writes a list of choices: as HTML for those who prefer that, as JSON for everybody else.
 *
 * @throws {TypeError} When an address is none, or a value cannot stand in a field.
 *
 * @see RFC 9110 §15.4.1
 */
export function writeChoices(choices: readonly Choice[], accept: string | undefined): WrittenChoices {
  const link = formatLink(
    choices.map(({ uri, type, language, title }) => ({
      uri,
      rel: 'alternate',
      ...(type === undefined ? {} : { type }),
      ...(language === undefined ? {} : { hreflang: language }),
      ...(title === undefined ? {} : { title }),
    })),
  )
  const ranges = accept === undefined ? [] : parseAccept(accept)
  if (qualityOf(HTML, ranges) > qualityOf(JSON_TYPE, ranges))
    return { contentType: 'text/html; charset=utf-8', body: toHtml(choices), link }
  return { contentType: 'application/json', body: stringifyJson({ choices }), link }
}

function toHtml(choices: readonly Choice[]): string {
  const items = choices.map(({ uri, title = uri, type, language }) => {
    const notes = [type, language].filter((note) => note !== undefined).join(', ')
    return html`<li><a href="${uri}">${title}</a>${notes === '' ? '' : ` (${notes})`}</li>`
  })
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>300 Multiple Choices</title>
<h1>300 Multiple Choices</h1>
<ul>${items}</ul>
</html>
`.toString()
}
