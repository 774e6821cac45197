import { nativeNames } from '../compile/natives.ts'
import type { Chain, Layer, RouteDeclaration } from '../declaration/layer.ts'
import type { Faults } from '../injection/faults.ts'
import { formatPlace, type Place } from '../injection/place.ts'
import { joinPaths, parseTemplate, shapeOf, type Template, TemplateError } from '../routing/template.ts'

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
 */
export function collectRoutes(application: Layer, faults: Faults): readonly PlacedRoute[] {
  const routes: PlacedRoute[] = []
  const taken = new Map<string, Place | undefined>()

  function walk(layer: Layer, prefix: string, around: Chain): void {
    const chain = [...around, layer]
    if (around.includes(layer)) {
      faults.add(`mount "${prefix}": the router holds itself`, undefined, 'mount it once, from outside')
      return
    }
    for (const { message, lines, place } of layer.faults) faults.add(message, place, ...lines)
    checkNames(layer, faults)
    for (const route of layer.routes) place(route, prefix, chain)
    for (const mounted of layer.mounted) walk(mounted.layer, joinPaths(prefix, mounted.prefix), chain)
  }

  function place(route: RouteDeclaration, prefix: string, around: Chain): void {
    const { handler, method } = route
    const chain = [...around, route.layer]
    try {
      const template = parseTemplate(joinPaths(prefix, route.path))
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
      checkParameters(`${method} ${template.text}`, template, chain, handler.place, faults)
      routes.push({ method, template, chain, route })
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      const [first = '', ...lines] = error.message.split('\n')
      faults.add(`${method} ${prefix}${route.path}: ${first}`, handler.place, ...lines)
    }
  }

  walk(application, '/', [])
  return routes
}

// One name never has two meanings.
function checkParameters(
  label: string,
  { names }: Template,
  chain: Chain,
  place: Place | undefined,
  faults: Faults,
): void {
  for (const name of names) {
    const layer = chain.find(({ providers }) => providers.has(name))
    const what = nativeNames.includes(name)
      ? 'a value of the framework'
      : layer && `a value of the ${layer.kind}`
    if (what === undefined) continue
    faults.add(`${label}: {${name}} has the name of ${what}`, place, 'rename the parameter, or the value')
  }
}

function checkNames(layer: Layer, faults: Faults): void {
  for (const [name, { make }] of layer.providers) {
    const isPolicy = make === layer.requestId || make === layer.traceId
    if (isPolicy || !(nativeNames.includes(name) || name === 'logger')) continue
    faults.add(`${make.label}: the name belongs to the framework`, make.place, 'choose another one')
  }
}

/** Marks the layers of an application that has started: adding to them now would do nothing. */
export function seal(layer: Layer): void {
  layer.sealed = true
  for (const mounted of layer.mounted) seal(mounted.layer)
}
