import { HttpError } from '../http/http-error.ts'
import { type MediaType, parseMediaType } from '../http/media-type.ts'

/** What the header fields of one part say. */
export interface PartHead {
  /** Name of the form field. */
  readonly name: string
  /** Name of the file as the client sent it; `undefined` when the part is no file. */
  readonly filename: string | undefined
  /** Declared type of the content; `undefined` when none is declared. */
  readonly type: MediaType | undefined
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
// A tab is the one control character that a field value may hold. A folded line does not match.
const FIELD_LINE = new RegExp(`^(${TOKEN}):((?:\\P{Cc}|\\t)*)$`, 'u')
const DISPOSITION = /^form-data[ \t]*(?=;|$)/i
// A backslash escapes a quote inside the value; right before the closing quote it is a backslash.
const PARAMETER = new RegExp(`;[ \\t]*(${TOKEN})=(?:"((?:[^"\\\\]|\\\\"?)*)"|(${TOKEN}))[ \\t]*`, 'gy')
const IDENTITY_ENCODINGS: ReadonlySet<string | undefined> = new Set([undefined, '7bit', '8bit', 'binary'])

/**
 * Reads the header fields of one part of `multipart/form-data` (RFC 7578 §4).
 *
 * ```abnf
 * disposition = "form-data" *( ";" token "=" ( token / quoted-string ) )
 * ```
 *
 * @param lines The header fields, without the line breaks around them.
 * @throws {HttpError} 400 for anything that two readers could understand differently: malformed or
 *   repeated fields and parameters, control characters, a missing name, an encoding other than identity.
 *
 * @example
 * ```ts
 * parsePartHead('Content-Disposition: form-data; name="photo"; filename="me.png"')
 * // { name: 'photo', filename: 'me.png', type: undefined }
 * ```
 */
export function parsePartHead(lines: string): PartHead {
  const fields = parseFieldLines(lines)
  const parameters = parseDisposition(fields.get('content-disposition'))
  const name = parameters.get('name')
  if (name === undefined) throw malformed('a part has no name')
  if (!IDENTITY_ENCODINGS.has(fields.get('content-transfer-encoding')?.toLowerCase())) {
    // Deprecated by RFC 7578 §4.7; to ignore it would be to hand out bytes that are not the content.
    throw malformed('a part has a Content-Transfer-Encoding')
  }
  return {
    name,
    // RFC 7578 §4.2 forbids `filename*`; clients that send it anyway, and alone, exist.
    filename: parameters.get('filename') ?? decodeExtended(parameters.get('filename*')),
    type: parseType(fields.get('content-type')),
  }
}

function parseFieldLines(lines: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of lines.split('\r\n')) {
    const [, name, value] = FIELD_LINE.exec(line) ?? []
    if (name === undefined || value === undefined) throw malformed('a part has a malformed header field')
    addOnce(fields, name.toLowerCase(), value.trim())
  }
  return fields
}

function parseDisposition(value = ''): ReadonlyMap<string, string> {
  const read = DISPOSITION.exec(value)?.[0].length
  if (read === undefined) throw malformed('a part has no Content-Disposition: form-data')
  const parameters = new Map<string, string>()
  let end = read
  for (const [parameter, name = '', quoted, token] of value.slice(read).matchAll(PARAMETER)) {
    addOnce(parameters, name.toLowerCase(), quoted === undefined ? (token ?? '') : unquote(quoted))
    end += parameter.length
  }
  if (end !== value.length) throw malformed('a part has a malformed Content-Disposition')
  return parameters
}

// Browsers escape these three by per cent (WHATWG HTML, "multipart/form-data encoding algorithm"), others
// a quote by a backslash. A backslash before anything else is a backslash: old browsers send whole paths.
function unquote(quoted: string): string {
  return quoted
    .replace(/\\"/g, '"')
    .replace(/%(22|0D|0A)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

// RFC 8187 §3.2, in UTF-8.
function decodeExtended(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const [, encoded] = /^utf-8'[^']*'(.*)$/i.exec(value) ?? []
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded)
  } catch {
    // Falls through: no valid UTF-8.
  }
  throw malformed('a part has a malformed filename*')
}

function parseType(value = ''): MediaType | undefined {
  if (value === '') return undefined
  const type = parseMediaType(value)
  if (type === undefined) throw malformed('a part has a malformed Content-Type')
  return type
}

function addOnce(map: Map<string, string>, name: string, value: string): void {
  if (map.has(name)) throw malformed('a header field or parameter of a part is repeated')
  map.set(name, value)
}

/** The error for a body that is no `multipart/form-data`. */
export function malformed(what: string): HttpError {
  return new HttpError(400, `Cannot read the multipart content: ${what}`)
}
