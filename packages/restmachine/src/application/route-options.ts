import type { CallbackName } from '../declaration/callbacks.ts'
import type { CacheControl } from '../http/cache-control.ts'
import type { Duration } from '../injection/duration.ts'
import type { CorsOptions } from '../policies/cors-options.ts'
import type { CspOptions } from '../policies/csp.ts'
import type { Answers, Rendered } from './given.ts'

/** What one route says about itself besides its handler. */
export interface RouteOptions<Given, Result> extends DecisionOptions<Given> {
  /** Router, injection, handler, JSON, and no decision at all: no authorization, no negotiation, no 304. */
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
  /** How long the answers to GET and HEAD may be kept, and by whom: `Cache-Control` (RFC 9111 §5.2). */
  readonly cacheResponse?: CacheControl
  /** Which pages of other origins may use the route. */
  readonly cors?: CorsOptions
  /** The content security policy of its responses. */
  readonly csp?: CspOptions
  /** Parsers of content by media type, for `parsedBody`. */
  readonly accepts?: { readonly [type: string]: (given: Given) => unknown }
}

type DecisionOptions<Given> = {
  readonly [Name in Exclude<CallbackName, 'preconditionRequired'>]?: (
    given: Given,
  ) => Name extends keyof Answers ? Answers[Name] : unknown
} & {
  /** Demands `If-Match` or another precondition of PUT, PATCH and DELETE: 428 without (RFC 6585 §3). */
  readonly preconditionRequired?: boolean | ((given: Given) => unknown)
}

/** The names of all options, with the kind of value each takes. */
export const optionKinds: Readonly<
  Record<string, 'boolean' | 'duration' | 'bytes' | 'functions' | 'policy'>
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
  cors: 'policy',
  csp: 'policy',
}
