import { parseContentLength } from '../http/content-length.ts'
import { fieldIn } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'

/**
 * Whether a field says where a message ends or how its connection goes on. That is the adapter's to say:
 * a second opinion is how responses get split (RFC 9112 §6.3, RFC 9110 §7.6.1).
 */
function isFraming(name: string): boolean {
  // The length tells nearly all names from these, and sparing the rest costs a response 40 ns.
  switch (name.length) {
    case 10:
      return /^(?:connection|keep-alive)$/i.test(name)
    case 14:
      return name.toLowerCase() === 'content-length'
    case 16:
      return name.toLowerCase() === 'proxy-connection'
    case 17:
      return name.toLowerCase() === 'transfer-encoding'
    default:
      return false
  }
}

/** The fields of an outcome, without those that frame the message: the same list, where there are none. */
export function withoutFraming(headers: readonly string[]): readonly string[] {
  for (let index = 0; index < headers.length; index += 2) {
    if (!isFraming(headers[index] as string)) continue
    return headers.filter((_, at) => !isFraming(headers[at & ~1] as string))
  }
  return headers
}

/**
 * The length to declare for a body, or `undefined` when none may be or none is known (RFC 9110 §8.6).
 *
 * @param size The bytes of the body, when they are all there.
 */
export function lengthToDeclare(
  { status, body, headers }: Outcome,
  method: string,
  size: number | undefined,
): number | undefined {
  if (status === 204 || status === 304) return undefined
  if (status === 205) return 0
  if (size !== undefined) return size
  // Only a stream, and an answer to HEAD, may know better than the bytes that are there.
  if (body === null && method !== 'HEAD') return 0
  const length = parseContentLength(fieldIn(headers, 'content-length'))
  return typeof length === 'number' ? length : body === null ? 0 : undefined
}

/** Whether the fields of an outcome ask for the connection to be closed (RFC 9112 §9.6). */
export function asksToClose(headers: readonly string[]): boolean {
  const options = fieldIn(headers, 'connection')
  return options !== undefined && /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(options)
}

/**
 * The value of `Connection` that a response needs, `undefined` when it needs none: it says that the connection is
 * closed, and it names `Upgrade`, which is for the next on the way alone (RFC 9110 §7.8).
 *
 * @param version The version of HTTP that the client speaks.
 */
export function connectionOptions(
  headers: readonly string[],
  closes: boolean,
  version: string,
): string | undefined {
  if (fieldIn(headers, 'upgrade') === undefined) return closes ? 'close' : undefined
  // Without `keep-alive` a client of HTTP/1.0 waits for the end of the connection (RFC 9112 §9.3).
  return closes || version === '1.0' ? 'upgrade, close' : 'upgrade'
}

/** Whether a response ends with its head, whatever its body (RFC 9110 §6.4.1). */
export function endsWithHead(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304 || status === 205
}
