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
