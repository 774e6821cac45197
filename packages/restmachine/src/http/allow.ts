import { splitList } from './syntax/list.ts'
import { isToken } from './syntax/token.ts'

/**
 * Reads the value of `Allow`: the methods in the order they were sent; `undefined` when it cannot be read.
 *
 * ```abnf
 * Allow  = #method
 * method = token      ; with regard to case (RFC 9110 §9.1)
 * ```
 *
 * @example
 * ```ts
 * parseAllow('GET, HEAD') // ['GET', 'HEAD']
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.1
 */
export function parseAllow(value: string): readonly string[] | undefined {
  const methods = splitList(value)
  return methods?.every(isToken) ? methods : undefined
}

/** Methods as the value of `Allow`, each once and in alphabetical order; empty when none is allowed. */
export function formatAllow(methods: Iterable<string>): string {
  return [...new Set(methods)].sort().join(', ')
}
