import { parseAccept } from '../http/accept.ts'
import type { Fault } from '../http/http-error.ts'
import { type MediaType, parseMediaType } from '../http/media-type.ts'
import { html } from './html.ts'
import { stringifyJson } from './json.ts'
import { qualityOf } from './negotiation.ts'

/** What went wrong, in the members of RFC 9457 §3.1 and a few of our own. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  readonly requestId?: string
  readonly traceId?: string
  readonly errors?: readonly Fault[]
  readonly [member: string]: unknown
}

/** One way to write problems. */
export interface ProblemForm {
  readonly contentType: string
  /** What asks for it. */
  readonly mediaTypes: readonly MediaType[]
  write(problem: Problem): string
}

function mediaType(value: string): MediaType {
  return parseMediaType(value) as MediaType
}

/** The form of those who want none of the others. */
export const JSON_FORM: ProblemForm = {
  contentType: 'application/problem+json',
  mediaTypes: [mediaType('application/problem+json'), mediaType('application/json')],
  write: stringifyJson,
}

const FORMS: readonly ProblemForm[] = [
  JSON_FORM,
  { contentType: 'text/html; charset=utf-8', mediaTypes: [mediaType('text/html')], write: toHtml },
  { contentType: 'text/plain; charset=utf-8', mediaTypes: [mediaType('text/plain')], write: toText },
]

/** The form a client wants most; JSON when it wants none of them. */
export function chooseForm(accept: string | undefined): ProblemForm {
  // What most clients of an interface send.
  if (accept === undefined || accept === '*/*') return JSON_FORM
  const ranges = parseAccept(accept)
  let chosen = JSON_FORM
  let best = 0
  for (const form of FORMS) {
    const wanted = Math.max(...form.mediaTypes.map((type) => qualityOf(type, ranges)))
    if (wanted > best) [chosen, best] = [form, wanted]
  }
  return chosen
}

function toText({ status, title, detail, requestId, errors = [] }: Problem): string {
  const lines = [`${status} ${title}`]
  if (detail !== undefined) lines.push(detail)
  for (const { pointer, message } of errors) lines.push(`- ${pointer === '' ? '' : `${pointer}: `}${message}`)
  if (requestId !== undefined) lines.push(`Request ${requestId}`)
  return `${lines.join('\n')}\n`
}

function toHtml({ status, title, detail, requestId, errors = [] }: Problem): string {
  const faults = errors.map(({ pointer, message }) => html`<li><code>${pointer}</code> ${message}</li>`)
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${status} ${title}</title>
<h1>${status} ${title}</h1>
${detail === undefined ? '' : html`<p>${detail}</p>`}
${faults.length === 0 ? '' : html`<ul>${faults}</ul>`}
${requestId === undefined ? '' : html`<p><small>Request ${requestId}</small></p>`}
</html>
`.toString()
}
