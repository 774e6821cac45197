import { nodeModule } from '../representation/node-module.ts'

/**
 * Whether what a client sent is the secret. How long that takes tells nobody how much of it was right, or how long the
 * secret is.
 *
 * @param given What the client sent; `undefined` and `null` are never the secret.
 * @param expected The secret: an API key, a signature, a token. Passwords are kept as hashes, by `scrypt` or argon2.
 * @throws {TypeError} When `expected` is empty or no secret at all: a key that was not configured lets nobody in.
 *
 * @example
 * ```ts
 * import { challenge, RestApplication, sameSecret } from 'restmachine'
 *
 * const apiKey = 'k3y-0f-th3-4pp'
 * const app = new RestApplication()
 *   .authorized(({ requestHeaders }) => sameSecret(requestHeaders.get('x-api-key'), apiKey) || challenge('ApiKey'))
 *   .get('/', () => ({ welcome: true }))
 * const refused = await app.fetch(new Request('http://localhost/', { headers: { 'x-api-key': 'guess' } }))
 * // refused.status === 401
 * const welcome = await app.fetch(new Request('http://localhost/', { headers: { 'x-api-key': apiKey } }))
 * // welcome.status === 200
 * ```
 *
 * @see CWE-208, observable timing discrepancy
 */
export function sameSecret(
  given: string | Uint8Array | undefined | null,
  expected: string | Uint8Array,
): boolean {
  if (!isText(expected) || expected.length === 0) {
    throw new TypeError(
      'Cannot compare a secret: there is none to compare with; is the variable that it comes from set?',
    )
  }
  if (!isText(given)) return false
  const [left, right] = [bytesOf(given), bytesOf(expected)]
  const crypto = nodeModule('node:crypto')
  if (crypto === undefined) return sameBytes(left, right)
  // Of equal length, whatever is compared: `timingSafeEqual` takes nothing else.
  const digest = (bytes: Uint8Array): Uint8Array => crypto.createHash('sha256').update(bytes).digest()
  return crypto.timingSafeEqual(digest(left), digest(right))
}

/**
 * The same on a runtime without `node:crypto`, whose web cryptography answers only later. Every byte of `given` is
 * looked at, whatever the others were: the time depends on what the client sent, and on nothing it does not know.
 */
export function sameBytes(given: Uint8Array, expected: Uint8Array): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < given.length; index++) {
    difference |= (given[index] as number) ^ (expected[index % expected.length] as number)
  }
  return difference === 0
}

function isText(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array
}

function bytesOf(secret: string | Uint8Array): Uint8Array {
  return typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
}
