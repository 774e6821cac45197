import { isToken } from '../http/syntax/token.ts'
import type { ContentCoding } from './codings.ts'
import { type PlatformCoding, platformCoding } from './zlib-codings.ts'

/** Which responses are sent coded, and how. */
export interface CompressionOptions {
  /** The codings in the order of preference; by default `zstd`, `br` and `gzip`, as far as the platform has them. */
  readonly encodings?: readonly (PlatformCoding | ContentCoding)[]
  /** The fewest bytes that are worth it: 1000 when nobody says. Streams always are, and so is all that a client refuses plain. */
  readonly minimumSize?: number
  /** Whether content of a media type is worth it; by default text, JSON, XML, scripts, fonts and the like. */
  readonly types?: (mediaType: string) => boolean
}

/** The content codings of a route. */
export interface Compression {
  readonly codings: readonly ContentCoding[]
  readonly minimumSize: number
  /** Whether content with this `Content-Type` is worth it. */
  readonly compresses: (contentType: string) => boolean
}

const DEFAULT_MINIMUM_SIZE = 1000
const PLATFORM: readonly PlatformCoding[] = ['zstd', 'br', 'gzip']
// What `Accept-Encoding` means by these is no coding (RFC 9110 §12.5.3).
const RESERVED = ['identity', '*']
const OPTIONS = ['encodings', 'minimumSize', 'types']

// Pictures, films and archives are compressed already.
const WORTH_IT =
  /^(?:text\/|application\/(?:[\w.!#$&^-]+\+)?(?:json|xml|text)\b|application\/(?:javascript|ndjson|x-ndjson|jsonl|wasm|sql|graphql|xhtml|rtf|yaml|x-www-form-urlencoded|json-seq|vnd\.ms-fontobject|manifest)|image\/(?:svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)|font\/(?:ttf|otf|collection)|model\/gltf\+json)/

/**
 * Checks options and fills in what is not given.
 *
 * @throws {TypeError} When an option does not exist, or has a value that it cannot have.
 */
export function createCompression(options: CompressionOptions = {}): Compression {
  if (typeof options !== 'object' || options === null)
    throw fault(`options or false are needed, got ${String(options)}`)
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) throw fault(`there is no option "${unknown}"; there are ${OPTIONS.join(', ')}`)
  const { encodings = PLATFORM, minimumSize = DEFAULT_MINIMUM_SIZE, types } = options
  if (!Number.isSafeInteger(minimumSize) || minimumSize < 0)
    throw fault(`minimumSize: a number of bytes is needed, got ${String(minimumSize)}`)
  if (!Array.isArray(encodings))
    throw fault(`encodings: a list such as ["br", "gzip"] is needed, got ${JSON.stringify(encodings)}`)
  if (types !== undefined && typeof types !== 'function')
    throw fault(`types: a function of a media type is needed, got ${JSON.stringify(types)}`)
  const codings = encodings.flatMap((encoding) => {
    if (typeof encoding === 'object' && encoding !== null) return checked(encoding)
    if (!PLATFORM.includes(encoding))
      throw fault(`encodings: there is no "${String(encoding)}"; there are ${PLATFORM.join(', ')}`)
    return platformCoding(encoding) ?? []
  })
  const isWorthIt = types ?? ((mediaType) => WORTH_IT.test(mediaType))
  const known = new Map<string, boolean>()
  return {
    codings,
    minimumSize,
    compresses(contentType) {
      const answer =
        known.get(contentType) ?? isWorthIt(contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '')
      // Handlers choose the types: they are not remembered without bound.
      if (known.size < 100) known.set(contentType, answer)
      return answer
    },
  }
}

function checked(coding: ContentCoding): ContentCoding {
  const { name, encode, encodeStream } = coding
  if (typeof name !== 'string' || !isToken(name) || name !== name.toLowerCase() || RESERVED.includes(name))
    throw fault(`encodings: a name in lower case is needed, such as "gzip", got ${JSON.stringify(name)}`)
  if (typeof encode !== 'function') throw fault(`encodings: "${name}" needs a function encode`)
  if (encodeStream !== undefined && typeof encodeStream !== 'function')
    throw fault(
      `encodings: encodeStream of "${name}" is no function; leave it out to send streams as they are`,
    )
  return coding
}

function fault(reason: string): TypeError {
  return new TypeError(`Cannot declare compression: ${reason}`)
}
