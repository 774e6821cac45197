import { parseAccept } from '../http/accept.ts'
import { type MediaType, parseMediaType } from '../http/media-type.ts'
import { titleOf } from '../http/status.ts'
import { html } from './html.ts'
import { qualityOf } from './negotiation.ts'

/** The content of a redirection, for those who do not follow it by themselves. */
interface RedirectNote {
  readonly contentType: string
  readonly body: string
}

const HTML = parseMediaType('text/html') as MediaType
const TEXT = parseMediaType('text/plain') as MediaType

/**
 * Writes the short note that names where to go: with a link for those who prefer HTML, as text for everybody
 * else.
 *
 * @param location The address, as `Location` has it.
 *
 * @see RFC 9110 §15.4
 */
export function writeRedirectNote(
  status: number,
  location: string,
  accept: string | undefined,
): RedirectNote {
  const ranges = accept === undefined ? [] : parseAccept(accept)
  if (qualityOf(HTML, ranges) > qualityOf(TEXT, ranges))
    return { contentType: 'text/html; charset=utf-8', body: toHtml(status, location) }
  return {
    contentType: 'text/plain; charset=utf-8',
    body: `${status} ${titleOf(status)}\n${location}\n`,
  }
}

function toHtml(status: number, location: string): string {
  const title = `${status} ${titleOf(status)}`
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<p>${leads(location) ? html`<a href="${location}">${location}</a>` : location}</p>
</html>
`.toString()
}

// A click on `javascript:` would run it on this page; a field of that value runs nowhere.
function leads(location: string): boolean {
  return /^https?:/i.test(location) || !/^[a-z][a-z\d+.-]*:/i.test(location)
}
