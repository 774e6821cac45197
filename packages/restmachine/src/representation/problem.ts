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

/** A problem as it goes out. */
export interface WrittenProblem {
  readonly contentType: string
  readonly body: string
}

function mediaType(value: string): MediaType {
  return parseMediaType(value) as MediaType
}

const WRITERS: readonly {
  readonly mediaTypes: readonly MediaType[]
  write(problem: Problem): WrittenProblem
}[] = [
  {
    mediaTypes: [mediaType('application/problem+json'), mediaType('application/json')],
    write: (problem) => ({ contentType: 'application/problem+json', body: stringifyJson(problem) }),
  },
  {
    mediaTypes: [mediaType('text/html')],
    write: (problem) => ({ contentType: 'text/html; charset=utf-8', body: toHtml(problem) }),
  },
  {
    mediaTypes: [mediaType('text/plain')],
    write: (problem) => ({ contentType: 'text/plain; charset=utf-8', body: toText(problem) }),
  },
]

/** Writes a problem in the form the client wants most; as JSON when it wants none of them. */
export function writeProblem(problem: Problem, accept: string | undefined): WrittenProblem {
  const [first] = WRITERS
  let chosen = first
  let best = 0
  // What most clients of an interface send.
  const ranges = accept === undefined || accept === '*/*' ? [] : parseAccept(accept)
  for (const writer of WRITERS) {
    const wanted = Math.max(...writer.mediaTypes.map((type) => qualityOf(type, ranges)))
    if (wanted > best) [chosen, best] = [writer, wanted]
  }
  return (chosen as (typeof WRITERS)[number]).write(problem)
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
