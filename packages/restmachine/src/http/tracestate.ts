/** The most members that a list may have. */
const MOST_MEMBERS = 32

/** What everybody has to pass on; more is nobody's right. */
const MOST_CHARACTERS = 512

const MEMBER =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/**
 * Reads the value of `tracestate`: its members in their order, without empty ones; `undefined` when it cannot be read,
 * has more than 32 members or 512 characters, or nothing in it. It is passed on as a whole or not at all.
 *
 * ```abnf
 * list        = list-member *31( OWS "," OWS list-member )
 * list-member = key "=" value / OWS
 * key         = lcalpha *255keychar / tenant "@" system
 * value       = *255( %x20 / nblk-chr ) nblk-chr   ; no "," and no "="
 * ```
 *
 * @example
 * ```ts
 * parseTracestate('rojo=00f067aa0ba902b7 , , congo=t61')
 * // [['rojo', '00f067aa0ba902b7'], ['congo', 't61']]
 * ```
 *
 * @see https://www.w3.org/TR/trace-context/#tracestate-header
 */
export function parseTracestate(
  value: string,
): readonly (readonly [key: string, value: string])[] | undefined {
  if (value.length > MOST_CHARACTERS) return undefined
  const members = value
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '')
  if (members.length === 0 || members.length > MOST_MEMBERS) return undefined
  if (!members.every((member) => MEMBER.test(member))) return undefined
  const pairs = members.map((member) => member.split('=') as [string, string])
  return new Set(pairs.map(([key]) => key)).size === pairs.length ? pairs : undefined
}

/** Members as a field value. */
export function formatTracestate(members: readonly (readonly [key: string, value: string])[]): string {
  return members.map(([key, value]) => `${key}=${value}`).join(',')
}
