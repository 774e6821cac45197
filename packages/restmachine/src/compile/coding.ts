import { fileOf, ownField } from '../decisions/answered.ts'
import type { RouteFacts, Run } from '../decisions/run.ts'
import { codedTag } from '../decisions/validators.ts'
import { parseCacheControl } from '../http/cache-control.ts'
import { formatEntityTag, parseEntityTag } from '../http/entity-tag.ts'
import { fieldIn } from '../http/exchange.ts'
import { isStream, type Outcome, type OutcomeBody } from '../http/outcome.ts'
import { parseVary } from '../http/vary.ts'
import { isThenable } from '../injection/thenable.ts'
import type { ContentCoding } from '../representation/codings.ts'
import type { LastHand } from './finish.ts'

/** That what is sent depends on what codings a client takes (RFC 9110 §12.5.5). */
export const VARY_CODING: readonly string[] = ['vary', 'accept-encoding']
/** Fields that say that the content is not to be coded, or not any more. */
const STAYS = ['content-encoding', 'content-range', 'content-digest', 'repr-digest']
const encoder = new TextEncoder()

/** Codes the content of responses as it was negotiated; `undefined` where there is nothing to negotiate. */
export function codingHand({ compression }: RouteFacts): LastHand | undefined {
  if (compression === undefined || compression.codings.length === 0) return undefined
  return (run, outcome) => {
    const { coding } = run
    // Whoever was refused before was not asked.
    if (coding === undefined) return outcome
    const { status, headers } = outcome
    if (status === 304) {
      const type = selectedType(run)
      if (type !== undefined && !compression.compresses(type) && !run.plainRefused) return outcome
      return coding === null ? varied(outcome) : unchanged(run, outcome, coding)
    }
    const type = fieldIn(headers, 'content-type')
    // What the type of the parts is worth stands in them: the whole of them would have been negotiated.
    if (status === 206 && type?.startsWith('multipart/byteranges')) return varied(outcome)
    const { minimumSize } = compression
    // Nearly every answer of an interface: too small to be worth it, and said so with few looks.
    if (!run.plainRefused && isSmall(outcome.body, minimumSize))
      return type !== undefined && compression.compresses(type) ? varied(outcome) : outcome
    const isCodable = coding !== null && mayCode(outcome, coding)
    // Whoever refuses content as it is gets it coded, worth it or not (RFC 9110 §12.5.3).
    if (isCodable && run.plainRefused) return code(outcome, coding)
    if (type === undefined || !compression.compresses(type)) return outcome
    return isCodable && isWorthIt(outcome, minimumSize) ? code(outcome, coding) : varied(outcome)
  }
}

function varied(outcome: Outcome): Outcome {
  const { status, headers, body, afterwards } = outcome
  const told = withVary(headers)
  return told === headers ? outcome : { status, headers: told, body, afterwards }
}

// Files that lie in several codings beside themselves have said it, and so may a handler.
function withVary(headers: readonly string[]): readonly string[] {
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at] === 'vary' && namesCoding(headers[at + 1] as string)) return headers
  return headers.concat(VARY_CODING)
}

function namesCoding(vary: string): boolean {
  if (vary === 'accept-encoding') return true
  const names = parseVary(vary)
  return names === '*' || names.some((name) => name.toLowerCase() === 'accept-encoding')
}

/**
 * The type of what a 304 stands for, as far as anybody knows: the handler may not have run, and what is offered is
 * what it is only where the handler does not say otherwise.
 */
function selectedType(run: Run): string | undefined {
  const { offer, facts } = run
  return (
    ownField(run, 'content-type') ??
    run.written?.contentType ??
    fileOf(run)?.contentType ??
    (facts.settings.skipContentNegotiation ? undefined : offer?.contentType)
  )
}

// The 304 has the tag that the 200 would have had (RFC 9110 §15.4.5), which is the one that the client knows. Where
// dates alone were compared, nobody can tell which that is, and a wrong one is worse than none.
function unchanged(run: Run, outcome: Outcome, coding: ContentCoding): Outcome {
  const { headers } = outcome
  const comparedTags = typeof run.ifMatch !== 'string' || typeof run.ifNoneMatch !== 'string'
  const plain = comparedTags ? headers : withoutStrongTag(headers)
  return { ...outcome, headers: withVary(run.coded ? withCodedTag(headers, coding) : plain) }
}

// A weak tag is the same in every coding.
function withoutStrongTag(headers: readonly string[]): readonly string[] {
  return headers.filter((_, at) => headers[at & ~1] !== 'etag' || headers[at | 1]?.startsWith('W/'))
}

// Parts are parts of what is there as it is; and what is coded, or not to be changed, stays as it is. So does a
// stream that cannot be coded: who refuses it plain cannot get it better.
function mayCode({ status, headers, body }: Outcome, coding: ContentCoding): boolean {
  if (status === 206 || status === 416) return false
  if (STAYS.some((name) => fieldIn(headers, name) !== undefined)) return false
  if (isStream(body) && coding.encodeStream === undefined) return false
  if (body === null && fieldIn(headers, 'content-length') === undefined) return false
  const directives = parseCacheControl(fieldIn(headers, 'cache-control') ?? '')
  return directives?.['no-transform'] === undefined
}

function isWorthIt({ headers, body }: Outcome, minimumSize: number): boolean {
  const size =
    sizeOf(body, minimumSize) ?? Number(fieldIn(headers, 'content-length') ?? Number.POSITIVE_INFINITY)
  return size >= minimumSize
}

// A character has at most three bytes for each unit of its length.
function isSmall(body: OutcomeBody, minimumSize: number): boolean {
  if (typeof body === 'string') return body.length * 3 < minimumSize
  return body instanceof Uint8Array && body.length < minimumSize
}

/** In bytes; text that is long enough by its characters is not counted. */
function sizeOf(body: OutcomeBody, minimumSize: number): number | undefined {
  if (typeof body !== 'string') return body instanceof Uint8Array ? body.length : undefined
  return body.length >= minimumSize ? body.length : encoder.encode(body).length
}

function code(outcome: Outcome, coding: ContentCoding): Outcome | Promise<Outcome> {
  const { body } = outcome
  const kept = withVary(withoutFields(withCodedTag(outcome.headers, coding)))
  const headers = [...kept, 'content-encoding', coding.name]
  // An answer to HEAD whose content nobody made: how long it would be coded is not known.
  if (body === null) return { ...outcome, headers, body: new ReadableStream() }
  if (isStream(body)) return { ...outcome, headers, body: coding.encodeStream?.(body) ?? body }
  const coded = coding.encode(typeof body === 'string' ? encoder.encode(body) : body)
  return isThenable(coded)
    ? Promise.resolve(coded).then((later) => ({ ...outcome, headers, body: later }))
    : { ...outcome, headers, body: coded }
}

// The length is another one, and parts of what is coded cannot be had.
function withoutFields(headers: readonly string[]): readonly string[] {
  return headers.filter((_, at) => {
    const name = headers[at & ~1]
    return name !== 'content-length' && name !== 'accept-ranges'
  })
}

function withCodedTag(headers: readonly string[], coding: ContentCoding): readonly string[] {
  return headers.map((value, at) => {
    const tag = at % 2 === 1 && headers[at - 1] === 'etag' ? parseEntityTag(value) : undefined
    return tag === undefined ? value : formatEntityTag(codedTag(tag, coding))
  })
}
