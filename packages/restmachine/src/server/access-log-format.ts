/** One request that is over, as the access log tells of it. Text is as the client sent it. */
export interface AccessEntry {
  /** When the request came. */
  readonly time: Date
  /**
   * The other end of the connection, or the client that a trusted proxy tells of (`trustProxy`). `undefined` for a
   * Unix socket, and where the proxy does not know.
   */
  readonly remoteAddress: string | undefined
  readonly method: string
  /** The request target with its query. */
  readonly target: string
  /** `1.1`. */
  readonly httpVersion: string
  /** 499, as nginx has it, when the client left before there was one. */
  readonly status: number
  /** The bytes of content that were handed to the connection. */
  readonly bytes: number
  /** Milliseconds from the head of the request to the last byte of the response. */
  readonly duration: number
  /** Whether the last byte went out; otherwise the client left, or the response broke off. */
  readonly complete: boolean
  /** What the response says in `X-Request-Id`. */
  readonly requestId: string | undefined
  readonly referer: string | undefined
  readonly userAgent: string | undefined
}

/** How a line is written. */
export type AccessLogFormat = 'combined' | 'common' | 'json' | ((entry: AccessEntry) => string)

/** The formats that have a name. */
export const ACCESS_LOG_FORMATS: readonly string[] = ['combined', 'common', 'json']

/** What writes a line of a format. */
export function formatterOf(format: AccessLogFormat): (entry: AccessEntry) => string {
  // A function may forget that what it writes comes from strangers: one request is one line all the same.
  if (typeof format === 'function') return (entry) => escapeControls(format(entry))
  if (format === 'json') return formatJson
  return format === 'common' ? formatCommon : formatCombined
}

/** The common log format of NCSA and Apache. */
function formatCommon(entry: AccessEntry): string {
  const { method, target, httpVersion, status, bytes } = entry
  const line = `${escapeQuoted(method)} ${escapeQuoted(target)} HTTP/${httpVersion}`
  return `${entry.remoteAddress ?? '-'} - - [${formatTime(entry.time)}] "${line}" ${status} ${bytes}`
}

/** The common one with referer and user agent; behind them milliseconds and the id of the request. */
function formatCombined(entry: AccessEntry): string {
  const { referer, userAgent, duration, requestId } = entry
  const who = `"${escapeQuoted(referer ?? '-')}" "${escapeQuoted(userAgent ?? '-')}"`
  return `${formatCommon(entry)} ${who} ${duration} "${escapeQuoted(requestId ?? '-')}"`
}

function formatJson(entry: AccessEntry): string {
  // JSON lets DEL, the controls of Latin-1 and line separators stand, and terminals obey them.
  return JSON.stringify(entry).replace(/[\x7f-\uffff]/g, toUnicode)
}

// As nginx does it, so that what reads its logs reads these.
function escapeQuoted(text: string): string {
  return text.replace(/["\\]|[^ -~]/g, toHex)
}

function escapeControls(text: string): string {
  return text.replace(/[^\t -~\u00a0-\u2027\u202a-\uffff]/g, toHex)
}

function toHex(character: string): string {
  const code = character.charCodeAt(0)
  return code > 0xff ? toUnicode(character) : `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
}

function toUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `22/Nov/2026:19:15:40 +0000`. */
function formatTime(time: Date): string {
  const iso = time.toISOString()
  const month = MONTHS[time.getUTCMonth()]
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}
