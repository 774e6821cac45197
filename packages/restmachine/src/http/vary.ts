import { splitList } from './syntax/list.ts'
import { isToken } from './syntax/token.ts'

/** The request fields on which a response depends; `*` for more than can be named. */
export type VaryNames = '*' | readonly string[]

/**
 * Reads the value of `Vary`: each name once, as it was first written. A value that cannot be read counts
 * as `*`, so that no cache takes a response for more general than it is.
 *
 * ```abnf
 * Vary = #( "*" / field-name )
 * ```
 *
 * @example
 * ```ts
 * parseVary('Accept, Origin, accept') // ['Accept', 'Origin']
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5
 */
export function parseVary(value: string): VaryNames {
  const names = splitList(value)
  if (names === undefined || names.includes('*') || !names.every(isToken)) return '*'
  const lowerCase = names.map((name) => name.toLowerCase())
  return names.filter((_, index) => lowerCase.indexOf(lowerCase[index] ?? '') === index)
}

/** Names as the value of `Vary`; empty when the response depends on nothing. */
export function formatVary(names: VaryNames): string {
  return names === '*' ? '*' : names.join(', ')
}

/**
 * The value of `Vary` after `names` have joined it.
 *
 * @param existing The value so far, or `undefined` when there is none.
 *
 * @example
 * ```ts
 * mergeVary('Accept', 'Origin', 'accept') // 'Accept, Origin'
 * mergeVary('Accept', '*') // '*'
 * ```
 */
export function mergeVary(existing: string | undefined, ...names: readonly string[]): string {
  return formatVary(parseVary([existing ?? '', ...names].join(',')))
}
