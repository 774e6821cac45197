import { fieldIn } from '../http/exchange.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { endsWithHead, lengthToDeclare } from './framing.ts'
import { type KnownFields, setFields } from './known-fields.ts'

/** Hears of what went wrong after there was a status to say it with. */
export type Report = (message: string, error: unknown) => void

/** What responses are made with. */
export interface Answering {
  /** What is known of a list of header fields. */
  readonly knownFields: (lines: readonly string[]) => KnownFields | undefined
  readonly report: Report
}

const encoder = new TextEncoder()

/**
 * The web response of an outcome.
 *
 * @param isCounted Whether the platform tells the length of a body itself.
 */
export function toResponse(
  outcome: Outcome,
  method: string,
  isCounted: boolean,
  { knownFields, report }: Answering,
): Response {
  const { status, headers: lines, body, afterwards } = outcome
  const isBare = endsWithHead(method, status)
  if (isStream(body) && !isBare) return streamed(outcome, body, method, report)
  const known = knownFields(lines)
  const hasType = known === undefined ? fieldIn(lines, 'content-type') !== undefined : known.hasType
  const sent = isBare || isStream(body) ? null : sentOf(body, hasType && (isCounted || counter !== undefined))
  const { headers } = known ?? {}
  const response = new Response(
    sent as BodyInit | null,
    headers === undefined ? { status } : { status, headers },
  )
  // On the response that is there: a list of pairs costs Bun twice as much.
  if (headers === undefined) setFields(response.headers, lines)
  if (!isCounted || sent === null) declareLength(response.headers, outcome, method, sizeOf(sent ?? body))
  if (isStream(body)) body.cancel().catch(() => undefined)
  // Nobody tells here when the last byte is out; the next task is the closest there is.
  if (afterwards !== undefined) setTimeout(() => conclude(afterwards, undefined, report), 0)
  return response
}

function streamed(
  outcome: Outcome,
  body: ReadableStream<Uint8Array>,
  method: string,
  report: Report,
): Response {
  const { status, afterwards } = outcome
  // A field that cannot stand there is found before the body is taken.
  const headers = new Headers()
  setFields(headers, outcome.headers)
  declareLength(headers, outcome, method, undefined)
  const sent = watched(
    body,
    (failure) => afterwards !== undefined && conclude(afterwards, failure, report),
    (error) => report('The body of a response broke off', error),
  )
  return new Response(sent, { status, headers })
}

// Text goes out as text where the platform can count its bytes: making them first costs a quarter more. Without a
// type of its own it would be given one.
function sentOf(body: string | Uint8Array | null, staysText: boolean): string | Uint8Array | null {
  return typeof body === 'string' && !staysText ? encoder.encode(body) : body
}

const { Buffer: counter } = globalThis as { readonly Buffer?: { byteLength(text: string): number } }

function sizeOf(body: Outcome['body']): number | undefined {
  if (typeof body === 'string') return counter?.byteLength(body) ?? encoder.encode(body).length
  return body instanceof Uint8Array ? body.length : undefined
}

function declareLength(headers: Headers, outcome: Outcome, method: string, size: number | undefined): void {
  const length = lengthToDeclare(outcome, method, size)
  if (length !== undefined) headers.set('content-length', String(length))
}

/** Calls what follows a response. */
export function conclude(
  afterwards: NonNullable<Outcome['afterwards']>,
  failure: unknown,
  report: Report,
): void {
  new Promise((resolve) => resolve(afterwards(failure))).catch((error) =>
    report('What follows a response failed', error),
  )
}

/** The same bytes; `over` hears of their end, of a failure, and of a client that left, `broke` of a failure alone. */
function watched(
  body: ReadableStream<Uint8Array>,
  over: (failure?: unknown) => void,
  broke: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          controller.close()
          over()
        } catch (error) {
          broke(error)
          over(error)
          throw error
        }
      },
      async cancel(reason) {
        try {
          await reader.cancel(reason)
        } finally {
          over(reason ?? new Error('The client left before the response was complete'))
        }
      },
    },
    { highWaterMark: 0 },
  )
}
