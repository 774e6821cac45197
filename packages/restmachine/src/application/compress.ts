import type { CompressionOptions } from '../representation/compression.ts'
import type { RestApplication } from './rest-application.ts'

/**
 * Puts compression around an application, for any server: what its code says about compression itself goes first.
 * Small bodies stay as they are, and so does what is compressed already.
 *
 * @param app The application; it stays as it is. What is given has session values of its own, as with `with`.
 * @param options Which codings, from how many bytes on, which types; see {@link CompressionOptions}.
 * @throws {TypeError} When an option does not exist, or has a value that it cannot have.
 *
 * @example
 * ```ts
 * import { compress, RestApplication } from 'restmachine'
 *
 * const plain = new RestApplication()
 *   .get('/large', () => ({ text: 'word '.repeat(500) }))
 *   .get('/small', () => ({ text: 'word' }))
 * const app = compress(plain, { minimumSize: 1000 })
 *
 * const headers = { 'accept-encoding': 'gzip' }
 * const large = await app.fetch(new Request('http://localhost/large', { headers }))
 * const small = await app.fetch(new Request('http://localhost/small', { headers }))
 * // large.headers.get('content-encoding') === 'gzip'
 * // small.headers.get('content-encoding') === null
 * ```
 *
 * @see RFC 9110 §12.5.3
 */
export function compress<Session, Provided>(
  app: RestApplication<Session, Provided>,
  options: CompressionOptions | true = true,
): RestApplication<Session, Provided> {
  return app.servedWith({ compression: options })
}
