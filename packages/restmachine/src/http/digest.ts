import { splitList, takeMembers } from './syntax/list.ts'

/** The algorithms that are fit against tampering; all others are broken or only checksums (§5). */
export type DigestAlgorithm = 'sha-256' | 'sha-512'

/** Hashes of one content or representation. */
export type Digests = { readonly [Algorithm in DigestAlgorithm]?: Uint8Array }

const LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { 'sha-256': 32, 'sha-512': 64 }

const MEMBER = /^([a-z*][a-z0-9_\-.*]*)=:([A-Za-z0-9+/]*={0,2}):(?:;.*)?$/

/**
 * Reads the value of `Content-Digest` or `Repr-Digest`; `undefined` when any of it cannot be read, or a hash
 * does not have the length of its algorithm. Other algorithms are passed over, and parameters are not read.
 *
 * ```abnf
 * Content-Digest = sf-dictionary                    ; algorithm to byte sequence
 * member         = key "=" ":" base64 ":" parameters   ; the last of one key counts (RFC 9651 §3.2)
 * ```
 *
 * @example
 * ```ts
 * parseDigest('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:')?.['sha-256']?.length // 32
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9530#section-2
 */
export function parseDigest(value: string): Digests | undefined {
  const digests: { [Algorithm in DigestAlgorithm]?: Uint8Array } = {}
  const members = splitList(value)
  if (members === undefined) return undefined
  for (const member of members) {
    const [, key, base64] = MEMBER.exec(member) ?? []
    if (key === undefined || base64 === undefined) return undefined
    if (!isDigestAlgorithm(key)) continue
    const bytes = decodeBase64(base64)
    if (bytes?.length !== LENGTHS[key]) return undefined
    digests[key] = bytes
  }
  return digests
}

/**
 * Hashes as the value of `Content-Digest` or `Repr-Digest`; empty when there is none.
 *
 * @throws {TypeError} When a hash does not have the length of its algorithm.
 *
 * @example
 * ```ts
 * const sha256 = await digestOf(new TextEncoder().encode('{"hello": "world"}\n'), 'sha-256')
 * formatDigest({ 'sha-256': sha256 }) // 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9530#section-2
 */
export function formatDigest(digests: Digests): string {
  const formatted: string[] = []
  for (const [algorithm, bytes] of Object.entries(digests)) {
    if (!isDigestAlgorithm(algorithm) || bytes.length !== LENGTHS[algorithm]) {
      const facts = `${JSON.stringify(algorithm)} does not give ${bytes.length} bytes`
      throw new TypeError(`Cannot format a digest: ${facts}`)
    }
    formatted.push(`${algorithm}=:${encodeBase64(bytes)}:`)
  }
  return formatted.join(', ')
}

const WISH = /^([a-z*][a-z0-9_\-.*]*)(?:=(\d{1,10})|=\?0)?(?:;.*)?$/

/**
 * Reads the value of `Want-Content-Digest` or `Want-Repr-Digest`: the algorithms fit for it, the most wanted
 * first. The field states wishes, so a member that cannot be read is passed over.
 *
 * ```abnf
 * Want-Content-Digest = sf-dictionary   ; algorithm to integer, 0 to 10; 0 is not acceptable
 * ```
 *
 * @example
 * ```ts
 * parseWantedDigests('sha-512=3, sha-256=10, unixsum=1') // ['sha-256', 'sha-512']
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9530#section-4
 */
export function parseWantedDigests(value: string): readonly DigestAlgorithm[] {
  const wishes = new Map<DigestAlgorithm, number>()
  for (const member of takeMembers(value).members) {
    const [, key, wish] = WISH.exec(member) ?? []
    if (key !== undefined && isDigestAlgorithm(key)) wishes.set(key, Number(wish ?? 0))
  }
  return [...wishes]
    .filter(([, wish]) => wish > 0)
    .toSorted(([, one], [, other]) => other - one)
    .map(([algorithm]) => algorithm)
}

/** The hash of `bytes`, by WebCrypto. */
export async function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm): Promise<Uint8Array> {
  // The type is narrower than what WebCrypto takes: it refuses shared memory by itself.
  const source = bytes as Uint8Array<ArrayBuffer>
  return new Uint8Array(await crypto.subtle.digest(algorithm.toUpperCase(), source))
}

function isDigestAlgorithm(key: string): key is DigestAlgorithm {
  return Object.hasOwn(LENGTHS, key)
}

function decodeBase64(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
