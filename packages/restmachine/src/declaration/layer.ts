import type { DigestAlgorithm } from '../http/digest.ts'
import type { Injectable } from '../injection/injectable.ts'
import type { Place } from '../injection/place.ts'
import type { DeclaredProvider } from '../injection/provider.ts'
import type { CacheResponse } from '../policies/cache-response.ts'
import type { Cors } from '../policies/cors.ts'
import type { Csp } from '../policies/csp.ts'
import type { Charsets } from '../representation/charsets.ts'
import type { Compression } from '../representation/compression.ts'
import type { CallbackName } from './callbacks.ts'

/** One answer to a decision, as it was declared. */
export interface DecisionDeclaration {
  readonly callback: CallbackName
  /** The name under which its value can be injected, when it has one. */
  readonly name: string | undefined
  readonly ask: Injectable
}

/** What writes an error: for these statuses (all when empty), as this media type when it has one. */
export interface ErrorHandlerDeclaration {
  readonly statuses: readonly number[]
  readonly type: string | undefined
  readonly handle: Injectable
}

/** How content of a media type is read. */
export interface ParserDeclaration {
  /** `true` reads it as the layers around do, or as it is read without any; `false` takes the type away. */
  readonly parse: Injectable | boolean
  readonly label: string
  readonly place: Place | undefined
}

/** What a route says about itself besides its functions. */
export interface RouteSettings {
  readonly bypassStateMachine: boolean
  readonly skipContentNegotiation: boolean
  readonly skipAuthCheck: boolean
  readonly allowMissingPost: boolean
  readonly allowMissingPut: boolean
  /** Milliseconds; `undefined` takes the application's. */
  readonly timeout: number | undefined
  /** Bytes; `undefined` takes the application's. */
  readonly bodyLimit: number | undefined
}

/** One handler for one method, as it was declared. */
export interface RouteDeclaration {
  readonly method: string
  readonly path: string
  readonly handler: Injectable
  readonly settings: RouteSettings
  /** Checks what the handler gave and gives what is sent of it. */
  readonly returns: ((body: unknown) => unknown) | undefined
  /** The route's own decisions, renderers and parsers: the innermost layer. */
  readonly layer: Layer
}

/** A layer within a layer: a mounted router, or a resource. */
export interface Mounted {
  readonly prefix: string
  readonly layer: Layer
  readonly place: Place | undefined
}

/** A fault noticed while declaring; it waits for the start, so that all are told together. */
export interface EarlyFault {
  readonly message: string
  readonly lines: readonly string[]
  readonly place: Place | undefined
}

/**
 * What the user wrote, as data: an application, a router, a resource or a route. Builders fill it;
 * once an application that holds it has started it is sealed.
 */
export class Layer {
  readonly kind: 'application' | 'router' | 'resource' | 'route'
  readonly providers = new Map<string, DeclaredProvider>()
  readonly decisions: DecisionDeclaration[] = []
  /** By media type; `false` takes a representation of an outer layer away. */
  readonly renderers = new Map<string, Injectable | false>()
  /** By media type, as it was written in lower case. */
  readonly parsers = new Map<string, ParserDeclaration>()
  readonly errorHandlers: ErrorHandlerDeclaration[] = []
  readonly defaultHeaders: Injectable[] = []
  /** The languages there are, the default one first. */
  languages: readonly string[] | undefined = undefined
  /** The charsets of text there are, the default one first. */
  charsets: Charsets | undefined = undefined
  /** Content codings; `false` where there are to be none. */
  compression: Compression | false | undefined = undefined
  /** The algorithms of digests. */
  digests: readonly DigestAlgorithm[] | undefined = undefined
  cacheResponse: CacheResponse | undefined = undefined
  cors: Cors | undefined = undefined
  /** A policy, or a function that gives the options of one. */
  csp: Csp | Injectable | undefined = undefined
  securityHeaders: readonly string[] | undefined = undefined
  requestId: Injectable | undefined = undefined
  traceId: Injectable | undefined = undefined
  readonly routes: RouteDeclaration[] = []
  /** The paths by which machines ask how the process is. */
  readonly probes = new Set<string>()
  readonly mounted: Mounted[] = []
  /** Functions that start-up runs without keeping their values under a name. */
  readonly starts: (DeclaredProvider | Injectable)[] = []
  readonly stops: Injectable[] = []
  readonly faults: EarlyFault[] = []
  sealed = false

  constructor(kind: Layer['kind']) {
    this.kind = kind
  }
}

/** The layer of a route that says nothing besides its handler; one for all of them, and nothing is added to it. */
export const PLAIN_ROUTE: Layer = new Layer('route')

/** The settings of a route that changes none. */
export const PLAIN_SETTINGS: RouteSettings = {
  bypassStateMachine: false,
  skipContentNegotiation: false,
  skipAuthCheck: false,
  allowMissingPost: false,
  allowMissingPut: false,
  timeout: undefined,
  bodyLimit: undefined,
}

/** The layers around one route, outermost first. */
export type Chain = readonly Layer[]

/** The innermost layer's own `pick`, or that of the next one out: policies are never merged. */
export function innermost<Value>(chain: Chain, pick: (layer: Layer) => Value | undefined): Value | undefined {
  for (let index = chain.length - 1; index >= 0; index--) {
    const value = pick(chain[index] as Layer)
    if (value !== undefined) return value
  }
  return undefined
}

/** What provides `name` for a route within `chain`: the innermost declaration. */
export function findProvider(chain: Chain, name: string): DeclaredProvider | undefined {
  return innermost(chain, (layer) => layer.providers.get(name))
}

/**
 * The answers that act on a decision of a route.
 *
 * An inner layer's answers take the place of outer ones. Answers with a name act when the route uses
 * the name, because its value is promised to be there; those of guards, of a resource and of the
 * route itself act always.
 */
export function actingDecisions(
  chain: Chain,
  callback: CallbackName,
  guard: boolean,
  isUsed: (decision: DecisionDeclaration) => boolean,
): readonly DecisionDeclaration[] {
  const acting: DecisionDeclaration[] = []
  let replaced = false
  for (let index = chain.length - 1; index >= 0; index--) {
    const layer = chain[index] as Layer
    const own = layer.decisions.filter((decision) => decision.callback === callback)
    const isInner = layer.kind === 'resource' || layer.kind === 'route'
    const standing = own.filter(({ name }) => name === undefined || guard || isInner)
    const kept = own.filter((decision) => isUsed(decision) || (!replaced && standing.includes(decision)))
    acting.unshift(...kept)
    replaced ||= standing.length > 0 || kept.length > 0
  }
  return acting
}
