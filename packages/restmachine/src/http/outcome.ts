/** A response body that an adapter can write. */
export type OutcomeBody = string | Uint8Array | ReadableStream<Uint8Array> | null

/**
 * One response as the core hands it to an adapter. The adapter adds what the wire asks for
 * (`Content-Length`, `Date`, framing) and leaves the body out for HEAD, 204 and 304.
 */
export interface Outcome {
  readonly status: number
  /** Field lines, flat: name, value, name, value … Each `Set-Cookie` is a line of its own. */
  readonly headers: readonly string[]
  readonly body: OutcomeBody
  /** To be called once, when the last byte is out or the client has left. */
  readonly afterwards: ((failure?: unknown) => void) | undefined
}

/** Whether a value is a web stream. It is known by its tag: to name the class would load it. */
export function isStream(value: unknown): value is ReadableStream<Uint8Array> {
  return tagOf(value) === 'ReadableStream'
}

/** Whether a value is a web response. To name the class would make Node load `fetch`: 25 ms at the first request. */
export function isWebResponse(value: unknown): value is Response {
  return tagOf(value) === 'Response'
}

function tagOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
}
