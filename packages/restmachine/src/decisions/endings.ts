import { formatAllow } from '../http/allow.ts'
import type { Run } from './run.ts'

/** Seconds that 429 and 503 ask a client to wait when the application says nothing else. */
const DEFAULT_RETRY_AFTER = 10

/** The scheme that 401 names when the application says nothing else (RFC 6750 §3). */
const DEFAULT_CHALLENGE = 'Bearer'

type Requirement = (run: Run) => readonly string[]

/** The fields a response of a status must or should carry, flat, when nothing else set them. */
const requirements: Readonly<Record<number, Requirement>> = {
  // RFC 9110 §15.5.2: MUST send WWW-Authenticate.
  401: () => ['www-authenticate', DEFAULT_CHALLENGE],
  // RFC 9110 §15.5.6: MUST generate Allow.
  405: ({ allowed }) => ['allow', formatAllow(allowed)],
  // RFC 9110 §15.5.16 and RFC 5789 §3.1: say what would be understood.
  415: ({ facts }) => {
    const { types } = facts.accepts
    if (types === 'any' || types.length === 0) return []
    const name =
      facts.method === 'POST' ? 'accept-post' : facts.method === 'PATCH' ? 'accept-patch' : 'accept'
    return [name, types.join(', ')]
  },
  // RFC 6585 §4 and RFC 9110 §15.6.4.
  429: () => ['retry-after', String(DEFAULT_RETRY_AFTER)],
  503: () => ['retry-after', String(DEFAULT_RETRY_AFTER)],
}

/** The fields that `status` needs and `fields` does not have yet. */
export function missingFields(status: number, run: Run, fields: readonly string[]): readonly string[] {
  // A refused coding is told by its own field (RFC 9110 §12.5.3).
  if (status === 415 && hasField(fields, 'accept-encoding')) return []
  const needed = requirements[status]?.(run) ?? []
  const [name] = needed
  return name === undefined || hasField(fields, name) ? [] : needed
}

/** Whether a flat list of fields has one called `name`. */
function hasField(fields: readonly string[], name: string): boolean {
  for (let index = 0; index < fields.length; index += 2) if (fields[index] === name) return true
  return false
}

/** What a status says beyond its title, for the `detail` of a problem. */
export function detailOf(status: number, run: Run): string | undefined {
  const { facts, exchange, allowed } = run
  if (status === 405) return `${exchange.method} is not among ${formatAllow(allowed)}`
  if (status === 406)
    return `What is there: ${facts.offers.map(({ mediaType }) => mediaType.essence).join(', ')}`
  if (status === 413) return `At most ${facts.limits.content} bytes are taken`
  if (status === 414) return `At most ${facts.limits.uri} characters are taken`
  if (status === 415) {
    const { types } = facts.accepts
    return types === 'any' || types.length === 0 ? undefined : `What is read: ${types.join(', ')}`
  }
  if (status === 428) return 'Send If-Match with the entity tag you know'
  if (status === 431) return `At most ${facts.limits.fields} header field lines are taken`
  return undefined
}
