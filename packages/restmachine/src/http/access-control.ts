import { isFieldName } from './field.ts'
import { splitList } from './syntax/list.ts'

/**
 * Reads the value of `Access-Control-Request-Headers`: names in lower case, in the order they were sent;
 * `undefined` when it cannot be read or has more than 50 names.
 *
 * ```abnf
 * Access-Control-Request-Headers = 1#field-name
 * ```
 *
 * @example
 * ```ts
 * parseRequestedHeaders('content-type,X-Request-Id') // ['content-type', 'x-request-id']
 * ```
 *
 * @see https://fetch.spec.whatwg.org/#http-access-control-request-headers
 */
export function parseRequestedHeaders(value: string): readonly string[] | undefined {
  const names = splitList(value)
  return names?.every(isFieldName) ? names.map((name) => name.toLowerCase()) : undefined
}
