import { type CallbackName, callbackKinds, callbackNames } from '../declaration/callbacks.ts'
import {
  actingDecisions,
  type Chain,
  type DecisionDeclaration,
  findProvider,
  innermost,
  type RouteDeclaration,
} from '../declaration/layer.ts'
import type { Injectable } from '../injection/injectable.ts'
import type { DeclaredProvider } from '../injection/provider.ts'

/** What a request can come to. */
export interface Reach {
  /** The names that are asked for, also those of the framework and of the path. */
  readonly names: ReadonlySet<string>
  /** Who provides them, session values included. */
  readonly providers: ReadonlySet<DeclaredProvider>
  /** The functions that run in the request. */
  readonly functions: ReadonlySet<Injectable>
}

/** What a route asks, besides what it reaches. */
export interface RouteReach extends Reach {
  /** The answers that are asked for a decision. */
  readonly acting: (name: CallbackName) => readonly DecisionDeclaration[]
}

// The decisions stand in the order in which they are asked. OPTIONS and methods that nobody takes end before these.
const AT_ROUTES: readonly CallbackName[] = callbackNames.slice(callbackNames.indexOf('resourceExists'))

/** Where requests end up: a route, or a path that has none by this method. */
interface Station {
  readonly chain: Chain
  readonly route: RouteDeclaration | undefined
  /** The names of the path parameters. */
  readonly parameters: readonly string[]
}

/** Follows the names that functions ask for, as far as request values go. */
export function reachFrom(
  roots: Iterable<Injectable>,
  find: (name: string) => DeclaredProvider | undefined,
): Reach {
  const names = new Set<string>()
  const providers = new Set<DeclaredProvider>()
  const functions = new Set<Injectable>()

  function follow(injectable: Injectable): void {
    if (functions.has(injectable)) return
    functions.add(injectable)
    for (const { name } of injectable.needs) {
      names.add(name)
      const provider = find(name)
      if (provider === undefined) continue
      providers.add(provider)
      // What makes a session value does not run in the request.
      if (provider.scope === 'request') follow(provider.make)
    }
  }

  for (const root of roots) follow(root)
  return { names, providers, functions }
}

/** What provides a name at a station: a path parameter comes before everything that is declared. */
export function finderAt({ chain, parameters }: Omit<Station, 'route'>): Parameters<typeof reachFrom>[1] {
  return (name) => (parameters.includes(name) ? undefined : findProvider(chain, name))
}

/** What requests come to at a station, found out from the declaration as compiling does. */
export function reachAt(station: Station): RouteReach {
  const { chain, route } = station
  const find = finderAt(station)
  const bypasses = route?.settings.bypassStateMachine === true
  const fixed = [
    ...(route === undefined ? [] : [route.handler]),
    ...(bypasses ? [] : renderersAt(chain)),
    ...policiesAt(chain),
  ]
  const callbacks = callbackNames.filter((name) =>
    route === undefined ? !AT_ROUTES.includes(name) : !bypasses,
  )
  const asked = new Map<CallbackName, readonly DecisionDeclaration[]>()

  // A decision with a name acts where the name is used, and may use that of another: round until nothing is added.
  let reach = reachFrom(fixed, find)
  for (let before = -1; before !== reach.functions.size; ) {
    before = reach.functions.size
    for (const name of callbacks) asked.set(name, actingAt(station, name, reach))
    const decisions = [...asked.values()].flat().map(({ ask }) => ask)
    const parsers = reach.names.has('parsedBody') ? parsersAt(chain) : []
    reach = reachFrom([...fixed, ...decisions, ...parsers], find)
  }
  return { ...reach, acting: (name) => asked.get(name) ?? [] }
}

function actingAt({ chain, route }: Station, name: CallbackName, { names }: Reach) {
  if (name === 'authorized' && route?.settings.skipAuthCheck === true) return []
  const isUsed = ({ name, ask }: DecisionDeclaration): boolean =>
    name !== undefined && names.has(name) && findProvider(chain, name)?.make === ask
  return actingDecisions(chain, name, callbackKinds[name].guard, isUsed)
}

/** The renderers that a route can write with; an inner layer replaces one, or takes it away. */
export function renderersAt(chain: Chain): readonly Injectable[] {
  const found = new Map(chain.flatMap(({ renderers }) => [...renderers]))
  return [...found.values()].flatMap((render) => render || [])
}

function parsersAt(chain: Chain): readonly Injectable[] {
  const all = chain.flatMap(({ parsers }) => [...parsers.values()])
  return all.flatMap(({ parse }) => (typeof parse === 'boolean' ? [] : parse))
}

function policiesAt(chain: Chain): readonly Injectable[] {
  const headers = innermost(chain, ({ defaultHeaders }) =>
    defaultHeaders.length > 0 ? defaultHeaders : undefined,
  )
  const csp = innermost(chain, (layer) => layer.csp)
  const ids = [innermost(chain, (layer) => layer.requestId), innermost(chain, (layer) => layer.traceId)]
  return [
    ...(headers ?? []),
    ...(csp === undefined || 'field' in csp ? [] : [csp]),
    ...ids.filter((id) => id !== undefined),
    ...chain.flatMap(({ errorHandlers }) => errorHandlers.map(({ handle }) => handle)),
  ]
}
