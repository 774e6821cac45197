/**
 * One request as an adapter hands it on: every value is read once, here, and every later stage reads
 * the same one. No `Headers`, `URL` or `Request` object exists unless somebody asks for it.
 */
export interface Exchange {
  /** The method token as it was sent; methods are case-sensitive (RFC 9110 §9.1). */
  readonly method: string
  /** The request target as it was sent. */
  readonly target: string
  /** The path with every segment decoded once, or `undefined` when the target cannot be read. */
  readonly path: string | undefined
  /** The query as it was sent, without `?`; empty when there is none. */
  readonly query: string
  /** How many header field lines came with the request. */
  readonly fieldCount: number
  /** The value of a field; several lines are joined by `, ` (RFC 9110 §5.3). `name` is in lower case. */
  header(name: string): string | undefined
  /** Whether a field of the group may be there. It may err on the side of yes, never on the side of no. */
  has(group: FieldGroup): boolean
  /** All field lines in the order they came; names in lower case. */
  fields(): Iterable<readonly [name: string, value: string]>
  /** The content of the request. */
  readonly content: Content
  /** Aborts when the client leaves before the answer is complete. Made on first use. */
  readonly signal: AbortSignal
  /**
   * The request as a web `Request`, made on first use: on Node that costs more than most handlers.
   *
   * @param limit The most bytes its body may give.
   */
  toRequest(limit: number): Request
  /** The certificate that the client has shown, where the server asks for one and has checked it. */
  readonly clientCert?: ClientCertificate | undefined
  /** The address of the client, where the platform tells: for `serve` see `trustProxy`. */
  readonly remoteAddress?: string | undefined
  /** The version of HTTP that the request came by, where the platform tells: `1.1`, `2.0`. */
  readonly httpVersion?: string | undefined
  /** What the client speaks, also to a trusted proxy in front. */
  readonly protocol?: 'http' | 'https' | undefined
  /**
   * Keeps the platform from ending with the response, until the work is done. There where it would, such as
   * on Workers; a process of its own has no need of it.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** Who a client is, as somebody whom the server trusts has signed it (RFC 5280 §4.1). */
export interface ClientCertificate {
  /** Whom it names, one attribute a line: `O=Example\nCN=ada`. */
  readonly subject: string
  /** Who has signed it. */
  readonly issuer: string
  /** Further names: `DNS:ada.example, IP Address:192.0.2.7`. */
  readonly subjectAltName: string | undefined
  readonly serialNumber: string
  /** The SHA-256 hash of the whole, in hexadecimal digits with colons. */
  readonly fingerprint256: string
  readonly validFrom: string
  readonly validTo: string
}

/** The content (body) of a request. */
export interface Content {
  /** Whether the request announces content (RFC 9112 §6.3). */
  readonly announced: boolean
  /** The declared length in bytes; `undefined` when none is declared. */
  readonly length: number | undefined
  /**
   * Reads everything, once; a second call answers with the same bytes. At once, when they are there already.
   *
   * @param limit The most bytes to read.
   * @throws {HttpError} 413 as soon as more than `limit` bytes are declared or have come.
   */
  bytes(limit: number): Uint8Array | Promise<Uint8Array>
  /** The bytes as they come, for those who cannot hold them all. Fails with 413 beyond `limit` bytes. */
  stream(limit: number): ReadableStream<Uint8Array>
}

/** Fields that are asked for together, so that one look at a request settles them all. */
export interface FieldGroup {
  /** One bit for each name: a scan over the field lines of a request sets the bits it meets. */
  readonly mask: number
}

/** The fields that a decision may want to know the absence of, each with a bit of its own. */
export const MARKED_FIELDS = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
  'expect',
  'content-encoding',
  'content-range',
  'content-type',
  'transfer-encoding',
  'content-length',
  'accept',
  'accept-language',
  'accept-charset',
  'accept-encoding',
  'authorization',
  'origin',
  'prefer',
  'upgrade',
  'host',
] as const

type MarkedField = (typeof MARKED_FIELDS)[number]

function group(...names: readonly MarkedField[]): FieldGroup {
  return { mask: names.reduce((mask, name) => mask | (1 << MARKED_FIELDS.indexOf(name)), 0) }
}

/** Two groups as one. */
export function union(one: FieldGroup, other: FieldGroup): FieldGroup {
  return { mask: one.mask | other.mask }
}

/** The names of the fields of a group. */
export function namesIn({ mask }: FieldGroup): readonly string[] {
  return MARKED_FIELDS.filter((_, bit) => (mask & (1 << bit)) !== 0)
}

/** The fields of a conditional request (RFC 9110 §13.1), without `If-Range`. */
export const CONDITIONAL: FieldGroup = group(
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
)
/** Each of them (RFC 9110 §13.1.1 to §13.1.4). */
export const IF_MATCH: FieldGroup = group('if-match')
export const IF_NONE_MATCH: FieldGroup = group('if-none-match')
export const IF_MODIFIED_SINCE: FieldGroup = group('if-modified-since')
export const IF_UNMODIFIED_SINCE: FieldGroup = group('if-unmodified-since')
/** The field of content negotiation by type (RFC 9110 §12.5.1). */
export const ACCEPT: FieldGroup = group('accept')
/** The field that says whose page asks (Fetch §3.1). */
export const ORIGIN: FieldGroup = group('origin')
/** The field that asks for parts (RFC 9110 §14.2). */
export const RANGE: FieldGroup = group('range')
/** The field of content negotiation by language (RFC 9110 §12.5.4). */
export const ACCEPT_LANGUAGE: FieldGroup = group('accept-language')
/** The field of content negotiation by charset (RFC 9110 §12.5.2). */
export const ACCEPT_CHARSET: FieldGroup = group('accept-charset')
/** The field of content negotiation by coding (RFC 9110 §12.5.3). */
export const ACCEPT_ENCODING: FieldGroup = group('accept-encoding')
/** The field of what a client would like (RFC 7240 §2). */
export const PREFER: FieldGroup = group('prefer')
/** The field that asks for another protocol (RFC 9110 §7.8). */
export const UPGRADE: FieldGroup = group('upgrade')
/** The field that every request brings (RFC 9112 §3.2). */
export const HOST: FieldGroup = group('host')
/** The field that states expectations (RFC 9110 §10.1.1). */
export const EXPECT: FieldGroup = group('expect')
/** The fields that say that content comes (RFC 9112 §6). */
export const ANNOUNCING_CONTENT: FieldGroup = group('content-length', 'transfer-encoding')
/** The fields that come with nearly all content. */
export const OF_CONTENT: FieldGroup = group('content-type', 'content-length')
/** The fields that describe the content of a request beyond its type (RFC 9110 §8). */
export const CONTENT_FIELDS: FieldGroup = group('content-range', 'content-encoding')

// Length and first letter tell the marked fields from nearly all others: one step of a table for each
// field line, and a false alarm costs a look at the name.
const MARKS: Int32Array = new Int32Array(32 * 32)
for (const [bit, name] of MARKED_FIELDS.entries()) {
  MARKS[markIndex(name)] = (MARKS[markIndex(name)] ?? 0) | (1 << bit)
}

function markIndex(name: string): number {
  return name.length < 32 ? name.length * 32 + (name.charCodeAt(0) & 31) : 0
}

/** The mark of a field line: one bit for each marked field that it may be. */
export function markOf(name: string): number {
  return MARKS[markIndex(name)] as number
}

/** The marks of a flat list of field lines. */
export function marksOf(lines: readonly string[]): number {
  let marks = 0
  for (let index = 0; index < lines.length; index += 2) marks |= markOf(lines[index] as string)
  return marks
}

/** The value of a field in a flat list of field lines; several lines are joined (RFC 9110 §5.3). */
export function fieldIn(lines: readonly string[], name: string): string | undefined {
  let value: string | undefined
  for (let index = 0; index < lines.length; index += 2) {
    if (!isNamed(lines[index] as string, name)) continue
    value = joinLines(name, value, lines[index + 1] as string)
  }
  return value
}

/** Several lines of one field are one value. */
export function joinLines(name: string, value: string | undefined, line: string): string {
  // HTTP/2 splits a cookie at "; " (RFC 9113 §8.2.3).
  return value === undefined ? line : `${value}${name === 'cookie' ? '; ' : ', '}${line}`
}

/** Whether a field is called `name`, which is in lower case. To make it lower case itself costs five times that. */
export function isNamed(sent: string, name: string): boolean {
  if (sent.length !== name.length) return false
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index)
    const other = sent.charCodeAt(index)
    if (other !== code && (other !== (code ^ CASE) || code < SMALL_A || code > SMALL_Z)) return false
  }
  return true
}

const SMALL_A = 0x61
const SMALL_Z = 0x7a
/** The bit in which a small letter differs from a capital one. */
const CASE = 0x20
