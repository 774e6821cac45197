/** A request, as any client could send it. */
export interface Given {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly content: Uint8Array<ArrayBuffer> | undefined
  /** Whether the content is sent in chunks, without a length. */
  readonly isChunked: boolean
}

/** One sentence of the contract that every adapter keeps. */
export interface Case {
  readonly name: string
  readonly given: Given
  readonly status: number
  /** All fields but those of the connection: `name: value`. */
  readonly headers: readonly string[]
  /** `undefined` when its words do not matter here: its length is declared, and all adapters say the same. */
  readonly body: string | Uint8Array | undefined
  /** Adapters that cannot keep it, each with the reason. */
  readonly skip: { readonly fetch?: string; readonly node?: string; readonly http2?: string }
}

export type Extra = Partial<Pick<Given, 'headers' | 'isChunked'>> & {
  readonly content?: string | Uint8Array<ArrayBuffer>
}

const encoder = new TextEncoder()

export function ask(
  method: string,
  target: string,
  { headers = [], content, isChunked = false }: Extra = {},
): Given {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content
  return { method, target, headers, content: bytes, isChunked }
}

export function send(type: string, content: string, extra: Extra = {}): Extra {
  return { ...extra, content, headers: [['content-type', type], ...(extra.headers ?? [])] }
}

type Answer = readonly [status: number, headers: readonly string[], body: Case['body']]

export function json(status: number, value: unknown, ...headers: readonly string[]): Answer {
  return text(status, 'application/json', JSON.stringify(value), ...headers)
}

export function text(status: number, type: string, body: string, ...headers: readonly string[]): Answer {
  return [
    status,
    [`content-type: ${type}`, `content-length: ${encoder.encode(body).length}`, ...headers],
    body,
  ]
}

/** The same answer to HEAD: all of it but the content (RFC 9110 §9.3.2). */
export function headOf([status, headers, body]: Answer): Answer {
  return [status, headers, body === undefined ? undefined : '']
}

/** A problem as every error goes out (RFC 9457). Its words are those of the application, not of adapters. */
export function problem(status: number, ...headers: readonly string[]): Answer {
  return [status, ['content-type: application/problem+json', 'vary: accept', ...headers], undefined]
}

export function check(
  name: string,
  given: Given,
  [status, headers, body]: Answer,
  skip: Case['skip'] = {},
): Case {
  return { name, given, status, headers: headers.toSorted(), body, skip }
}
