import type { CallbackName } from '../declaration/callbacks.ts'
import type { CacheResponseOptions } from '../policies/cache-response.ts'
import type { CorsOptions } from '../policies/cors-options.ts'
import type { CspOptions } from '../policies/csp.ts'
import type { CompressionOptions } from '../representation/compression.ts'
import type { Duration } from '../text/duration.ts'
import type { Answers, Rendered } from './given.ts'
import type { StandardSchema } from './standard-schema.ts'

/** What one route says about itself besides its handler. */
export interface RouteOptions<Given, Result> extends DecisionOptions<Given> {
  /**
   * Router, injection, handler, JSON, and no decision at all: no authorization, no negotiation, no 304. Where a guard
   * stands around the route it needs `skipAuthCheck` beside it.
   */
  readonly bypassStateMachine?: boolean
  /** Gives the first representation whatever the client accepts. */
  readonly skipContentNegotiation?: boolean
  /** Lets everybody in where the layers around the route ask who it is. */
  readonly skipAuthCheck?: boolean
  /** Lets POST reach the handler when the resource does not exist; 404 otherwise. */
  readonly allowMissingPost?: boolean
  /** Lets PUT reach the handler when the resource does not exist, to create it (201); 404 otherwise. */
  readonly allowMissingPut?: boolean
  /** How long the request may take before it is answered with 503: `'5s'`, or milliseconds. */
  readonly timeout?: Duration
  /** The most bytes of content: 413 beyond. */
  readonly bodyLimit?: number
  /** Representations of the result by media type; `false` takes one of an outer layer away. */
  readonly provides?: {
    readonly [type: string]: ((given: Given & { readonly result: Rendered<Result> }) => unknown) | false
  }
  /**
   * The schema of the result: what breaks it is a 500 and a line in the log, and properties that it does not know are
   * not sent. What is streamed is not checked.
   */
  readonly returns?: StandardSchema<unknown>
  /** How long the answers to GET and HEAD may be kept, and by whom: `Cache-Control` (RFC 9111 §5.2). */
  readonly cacheResponse?: CacheResponseOptions
  /** Which pages of other origins may use the route. */
  readonly cors?: CorsOptions
  /** The content security policy of its responses. */
  readonly csp?: CspOptions
  /** How its content is coded for those who take it coded; `false` leaves it as it is. */
  readonly compression?: CompressionOptions | boolean
  /**
   * The media types that `parsedBody` reads here, and no others, with their parsers. `true` reads a type as the
   * layers around do, or as it is read without any; `false` takes a type of theirs, or a built-in one, away.
   */
  readonly accepts?: { readonly [type: string]: ((given: Given) => unknown) | boolean }
}

type DecisionOptions<Given> = {
  readonly [Name in Exclude<CallbackName, 'preconditionRequired' | 'etag'>]?: (
    given: Given,
  ) => Name extends keyof Answers ? Answers[Name] : unknown
} & {
  /**
   * The entity tag; `'auto'` makes it from the bytes of the answer (RFC 9110 §8.8.3), and compares a write with what
   * GET would answer now.
   */
  readonly etag?: 'auto' | ((given: Given) => Answers['etag'])
  /** Demands `If-Match` or another precondition of PUT, PATCH and DELETE: 428 without (RFC 6585 §3). */
  readonly preconditionRequired?: boolean | ((given: Given) => unknown)
}

/** The names of all options, with the kind of value each takes. */
export const optionKinds: Readonly<
  Record<string, 'boolean' | 'duration' | 'bytes' | 'functions' | 'policy' | 'schema'>
> = {
  bypassStateMachine: 'boolean',
  skipContentNegotiation: 'boolean',
  skipAuthCheck: 'boolean',
  allowMissingPost: 'boolean',
  allowMissingPut: 'boolean',
  timeout: 'duration',
  bodyLimit: 'bytes',
  provides: 'functions',
  accepts: 'functions',
  cacheResponse: 'policy',
  returns: 'schema',
  cors: 'policy',
  csp: 'policy',
  compression: 'policy',
}
