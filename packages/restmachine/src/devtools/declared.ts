import { collectRoutes } from '../application/collect.ts'
import type { Chain, Layer, RouteDeclaration } from '../declaration/layer.ts'
import { Faults } from '../injection/faults.ts'
import type { Injectable } from '../injection/injectable.ts'
import type { DeclaredProvider } from '../injection/provider.ts'
import { joinPaths, parseTemplate, type Template } from '../routing/template.ts'
import { type Code, readCode } from './code.ts'
import { finderAt, type Reach, type RouteReach, reachAt, reachFrom } from './reach.ts'

/** An application as the rules look at it. */
export interface Declared {
  readonly application: Layer
  /** Where each layer stands; a router that is mounted twice stands twice. */
  readonly layers: readonly PlacedLayer[]
  readonly routes: readonly CheckedRoute[]
  /** The functions that run in requests, each once. */
  readonly functions: readonly RequestFunction[]
  /** What somebody asks for: requests, start-up, shutdown. */
  readonly usedProviders: ReadonlySet<DeclaredProvider>
  /** What runs in requests, also in those that find no route. */
  readonly usedFunctions: ReadonlySet<Injectable>
}

/** A layer where it stands in the application. */
export interface PlacedLayer {
  readonly layer: Layer
  /** The layers around it, outermost first, and itself. */
  readonly chain: Chain
  /** The parameters of the path down to it. */
  readonly parameters: readonly string[]
}

/** A route with what its requests can come to. */
export interface CheckedRoute extends RouteReach {
  /** `GET /users/{userId}`. */
  readonly label: string
  readonly method: string
  readonly template: Template
  readonly chain: Chain
  readonly route: RouteDeclaration
  /** What its handler comes to by itself. */
  readonly handling: Reach
}

/** A function that runs in requests. */
export interface RequestFunction {
  readonly injectable: Injectable
  readonly code: Code
  /** What it is called in advice: a handler by its route. */
  readonly label: string
  /** The first route whose requests come to it. */
  readonly route: CheckedRoute
  readonly isHandler: boolean
}

/** Looks at the declaration of an application that holds together. */
export function lookAt(application: Layer): Declared {
  const placed = collectRoutes(application, new Faults())
  const routes = placed.map(({ method, template, chain, route }): CheckedRoute => {
    const station = { chain, route, parameters: template.names }
    const handling = reachFrom([route.handler], finderAt(station))
    const label = `${method} ${template.text}`
    return { ...reachAt(station), label, method, template, chain, route, handling }
  })
  const layers = layersFrom(application, '/', [])
  const all = [...routes, ...asidesOf(application, routes)]
  return {
    application,
    layers,
    routes,
    functions: functionsOf(routes),
    usedProviders: usedBy(application, layers, all),
    usedFunctions: new Set(all.flatMap(({ functions }) => [...functions])),
  }
}

/** What acts also where no route stands, and at each path where none takes the method. */
function asidesOf(application: Layer, routes: readonly CheckedRoute[]): readonly Reach[] {
  const missing = { chain: [application], route: undefined, parameters: [] }
  const others = routes.map(({ chain, template }) => ({
    chain: chain.slice(0, -1),
    route: undefined,
    parameters: template.names,
  }))
  return [missing, ...others].map(reachAt)
}

function layersFrom(layer: Layer, prefix: string, around: Chain): readonly PlacedLayer[] {
  const chain = [...around, layer]
  const own = { layer, chain, parameters: parseTemplate(prefix).names }
  const routes = layer.routes.map((route) => ({
    layer: route.layer,
    chain: [...chain, route.layer],
    parameters: parseTemplate(joinPaths(prefix, route.path)).names,
  }))
  const inner = layer.mounted.flatMap((mounted) =>
    layersFrom(mounted.layer, joinPaths(prefix, mounted.prefix), chain),
  )
  return [own, ...routes, ...inner]
}

function functionsOf(routes: readonly CheckedRoute[]): readonly RequestFunction[] {
  const found = new Map<Injectable, RequestFunction>()
  for (const route of routes) {
    for (const injectable of route.functions) {
      if (found.has(injectable)) continue
      const isHandler = injectable === route.route.handler
      const label = isHandler ? route.label : injectable.label
      const code = readCode(Function.prototype.toString.call(injectable.run))
      found.set(injectable, { injectable, code, label, route, isHandler })
    }
  }
  return [...found.values()]
}

/** The providers that requests reach, and the session values that these, start-up and shutdown reach. */
function usedBy(
  application: Layer,
  layers: readonly PlacedLayer[],
  all: readonly Reach[],
): ReadonlySet<DeclaredProvider> {
  const session = new Map<string, DeclaredProvider>()
  for (const { layer } of layers) {
    for (const provider of layer.providers.values())
      if (provider.scope === 'session') session.set(provider.name, provider)
  }
  const used = new Set(all.flatMap(({ providers }) => [...providers]))
  const starts = application.starts.map((start) => ('source' in start ? start.make : start))
  const roots = [...starts, ...application.stops]
  for (let before = -1; before !== used.size; ) {
    before = used.size
    const open = [...used].filter(({ scope }) => scope === 'session').map(({ make }) => make)
    for (const provider of reachFrom([...roots, ...open], (name) => session.get(name)).providers)
      used.add(provider)
  }
  return used
}
