import { nativeNames } from '../compile/natives.ts'
import { type Chain, type Layer, PLAIN_ROUTE, type RouteDeclaration } from '../declaration/layer.ts'
import type { Faults } from '../injection/faults.ts'
import { formatPlace, type Place } from '../injection/place.ts'
import { joinPaths, parseTemplate, shapeOf, type Template, TemplateError } from '../routing/template.ts'
import { isReserved } from './declare.ts'

/** One route where it stands in the application. */
export interface PlacedRoute {
  readonly method: string
  readonly template: Template
  /** The layers around it, outermost first; its own is the last. */
  readonly chain: Chain
  readonly route: RouteDeclaration
}

/**
 * Walks the layers of an application and gives every route with its whole path. Mounting is by
 * reference, so this is when what was added to a router later comes to count.
 *
 * @param around What stands around the application itself.
 */
export function collectRoutes(
  application: Layer,
  faults: Faults,
  around: Chain = [],
): readonly PlacedRoute[] {
  const routes: PlacedRoute[] = []
  const taken = new Map<string, Place | undefined>()

  function walk(layer: Layer, prefix: string, around: Chain): void {
    const chain = [...around, layer]
    // Routes that say nothing for themselves share one chain: what is settled for one may stand for all.
    const plain = [...chain, PLAIN_ROUTE]
    for (const { message, lines, place } of layer.faults) faults.add(message, place, ...lines)
    checkNames(layer, faults)
    for (const route of layer.routes) {
      place(route, prefix, route.layer === PLAIN_ROUTE ? plain : [...chain, route.layer])
    }
    for (const { layer: inner, prefix: path, place } of layer.mounted) {
      const label = `${inner.kind === 'resource' ? 'resource' : 'mount'} "${path}"`
      if (chain.includes(inner)) {
        faults.add(`${label}: the router holds itself`, place, 'mount it once, from outside')
        continue
      }
      try {
        walk(inner, within(prefix, path), chain)
      } catch (error) {
        addTemplateFault(label, error, place, faults)
      }
    }
  }

  function place(route: RouteDeclaration, prefix: string, chain: Chain): void {
    const { handler, method } = route
    try {
      const template = parseTemplate(within(prefix, route.path))
      const key = `${method} ${shapeOf(template)}`
      if (taken.has(key)) {
        faults.add(
          `${method} ${template.text}: there is such a route already`,
          handler.place,
          `the first:    ${formatPlace(taken.get(key))}`,
          'remove one of them, or change its path or method',
        )
        return
      }
      taken.set(key, handler.place)
      checkParameters(method, template, chain, handler.place, faults)
      routes.push({ method, template, chain, route })
    } catch (error) {
      const path = route.path.startsWith('/') ? joinPaths(prefix, route.path) : route.path
      addTemplateFault(`${method} ${path}`, error, handler.place, faults)
    }
  }

  walk(application, '/', around)
  return routes
}

/** A path behind its prefix; it begins with "/" itself, or two segments would grow together. */
function within(prefix: string, path: string): string {
  if (!path.startsWith('/')) throw new TemplateError(path, 0, 'it starts with "/"')
  return joinPaths(prefix, path)
}

function addTemplateFault(label: string, error: unknown, place: Place | undefined, faults: Faults): void {
  if (!(error instanceof TemplateError)) throw error
  const [first = '', ...lines] = error.message.split('\n')
  faults.add(`${label}: ${first.replace(/^Cannot/, 'cannot')}`, place, ...lines)
}

// One name never has two meanings.
function checkParameters(
  method: string,
  { names, text }: Template,
  chain: Chain,
  place: Place | undefined,
  faults: Faults,
): void {
  for (const name of names) {
    const label = `${method} ${text}`
    if (isReserved(name)) {
      faults.add(`${label}: {${name}} is reserved, JavaScript itself uses it`, place, 'rename the parameter')
      continue
    }
    const layer = chain.find(({ providers }) => providers.has(name))
    const what = isBuiltIn(name) ? 'a value of the framework' : layer && `a value of the ${layer.kind}`
    if (what === undefined) continue
    const value = layer?.providers.get(name)
    const there = value === undefined ? [] : [`the value:    ${formatPlace(value.make.place)}`]
    const lines = [...there, 'rename the parameter, or the value']
    faults.add(`${label}: {${name}} has the name of ${what}`, place, ...lines)
  }
}

function checkNames(layer: Layer, faults: Faults): void {
  for (const [name, { make, scope }] of layer.providers) {
    const isPolicy = make === layer.requestId || make === layer.traceId
    // The cache is the framework's until the application brings its own.
    const isOwnCache = name === 'cache' && layer.kind === 'application' && scope === 'session'
    if (isPolicy || isOwnCache || !isBuiltIn(name)) continue
    faults.add(`${make.label}: the name belongs to the framework`, make.place, 'choose another one')
  }
}

/** What the framework gives to functions of the session, too. */
export const serviceNames: readonly string[] = ['logger', 'cache']

function isBuiltIn(name: string): boolean {
  return serviceNames.includes(name) || nativeNames.includes(name)
}

/** Marks the layers of an application that has started: adding to them now would do nothing. */
export function seal(layer: Layer): void {
  layer.sealed = true
  for (const mounted of layer.mounted) seal(mounted.layer)
}
