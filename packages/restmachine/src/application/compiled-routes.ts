import { type CheckRoute, routeChecker } from '../compile/checking.ts'
import type { RouteSurroundings } from '../compile/planning.ts'
import { type CompiledRoute, compileRoute } from '../compile/route.ts'
import type { RouteSource } from '../compile/source.ts'
import { understoodTypes } from '../decisions/endings.ts'
import { KNOWN_METHODS } from '../decisions/methods.ts'
import type { RequestLimits, RouteFacts } from '../decisions/run.ts'
import type { Chain, Layer } from '../declaration/layer.ts'
import type { Exchange } from '../http/exchange.ts'
import { Faults } from '../injection/faults.ts'
import { preflightOf } from '../policies/preflight.ts'
import { type Match, RouteTable } from '../routing/route-table.ts'
import { shapeOf } from '../routing/template.ts'
import { collectRoutes, type PlacedRoute } from './collect.ts'
import type { Begun } from './tag-of-read.ts'

/** What the routes of an application are compiled with. */
interface RoutesNeeds {
  readonly application: Layer
  /** What stands around the application: what it is served with, where its code says nothing. */
  readonly around: Chain
  readonly limits: RequestLimits
  readonly surroundings: (faults: Faults) => RouteSurroundings
  readonly tagAt: RouteSource['tagAt']
}

/** A route in the table; it is checked when the application starts, and compiled when it is first asked for. */
interface Endpoint {
  readonly placed: PlacedRoute
  compiled: CompiledRoute | undefined
  /** What answers a request to this path that no handler takes, with the policies of this route. */
  asides: Map<Aside, CompiledRoute> | undefined
}

/** What happens to a request whose path leads to routes, but by other methods. */
type Aside = 'options' | 'wrongMethod' | 'preflight'

/** What happens to a request whose path leads to no route of the user. */
type Detour = Exclude<RouteFacts['kind'], 'route' | 'preflight'>

/** The compiled routes of an application, and what answers where there is none. */
export class CompiledRoutes {
  readonly #needs: RoutesNeeds
  readonly #table = new RouteTable<Endpoint>()
  readonly #detours = new Map<Detour, CompiledRoute>()
  /** What routes know of the others at their path. */
  readonly #neighbours: Pick<RouteSource, 'allowedAt' | 'typesAt' | 'tagAt'>

  constructor(needs: RoutesNeeds, faults: Faults) {
    this.#needs = needs
    this.#neighbours = {
      allowedAt: (path) => this.#allowedAt(path),
      typesAt: (path, method) => this.#typesAt(path, method),
      tagAt: needs.tagAt,
    }
    const placed = collectRoutes(needs.application, faults, needs.around)
    const check = routeChecker(needs.surroundings(faults))
    for (const route of placed) this.#add(route, check)
    for (const route of placed) this.#addHead(route)
    // What acts on every path acts also where no route stands: its faults are told now, too.
    this.#compileDetour('missing', faults)
  }

  /** The route that an exchange leads to, and a run at its beginning. */
  begin(exchange: Exchange): Begun {
    const { method } = exchange
    const preflight = this.#beginPreflight(exchange)
    if (preflight !== undefined) return preflight
    // A path that is written as it is sent need not be read.
    const match = this.#table.findSent(method, exchange.target) ?? this.#find(exchange)
    if (match === undefined) return this.#miss(exchange)
    const compiled = this.#compile(match.target)
    return { compiled, run: compiled.begin(exchange, match.values) }
  }

  /** The compiled route of a method and a path template; `undefined` when there is none. */
  compiledAt(method: string, path: string): CompiledRoute | undefined {
    const endpoint = this.#table.find(method, path)?.target
    return endpoint?.placed.template.text === path ? this.#compile(endpoint) : undefined
  }

  #find({ method, path }: Exchange): Match<Endpoint> | undefined {
    return path === undefined ? undefined : this.#table.find(method, path)
  }

  #miss(exchange: Exchange): Begun {
    const { method, path } = exchange
    if (path === undefined) return this.beginDetour('unreadable', exchange)
    const isKnown = KNOWN_METHODS.includes(method) || this.#table.methods.includes(method)
    if (!isKnown) return this.beginDetour('unknownMethod', exchange)
    // The asterisk is for OPTIONS alone (RFC 9112 §3.2.4).
    if (path === '*' && method !== 'OPTIONS') return this.beginDetour('unreadable', exchange)
    const kind = method === 'OPTIONS' ? 'options' : 'wrongMethod'
    const [other] = this.#allowedAt(path)
    if (other === undefined) return this.beginDetour('missing', exchange)
    return this.#beginAside(kind, exchange, path, other) ?? this.beginDetour(kind, exchange)
  }

  // A preflight asks for another method, so it gets that one's policy; without one it is an OPTIONS like any other.
  #beginPreflight(exchange: Exchange): Begun | undefined {
    const preflight = preflightOf(exchange)
    if (preflight === undefined) return undefined
    const { path } = exchange
    if (path === undefined) return undefined
    const begun = this.#beginAside('preflight', exchange, path, preflight.method)
    return begun?.compiled.facts.cors === undefined ? undefined : begun
  }

  #beginAside(kind: Aside, exchange: Exchange, path: string, method: string): Begun | undefined {
    const match = this.#table.find(method, path)
    if (match === undefined) return undefined
    const { placed } = match.target
    const asides = (match.target.asides ??= new Map())
    const compiled = asides.get(kind) ?? this.#compileAside(kind, placed)
    asides.set(kind, compiled)
    return { compiled, run: compiled.begin(exchange, match.values) }
  }

  #compileAside(kind: Aside, { chain, template }: PlacedRoute): CompiledRoute {
    const source: RouteSource = {
      kind,
      label: `(${kind}) ${template.text}`,
      method: kind === 'wrongMethod' ? '' : 'OPTIONS',
      // What a route says for itself is not said for its path; but a preflight asks for the route.
      chain: kind === 'preflight' ? chain : chain.slice(0, -1),
      route: undefined,
      parameters: template.names,
      limits: this.#needs.limits,
      ...this.#neighbours,
    }
    return compileRoute(source, this.#needs.surroundings(new Faults()))
  }

  #allowedAt(path: string): readonly string[] {
    const at = path === '*' ? this.#table.methods : this.#table.methodsAt(path)
    return at.length === 0 ? [] : [...at, 'OPTIONS']
  }

  #typesAt(path: string, method: string): readonly string[] {
    const endpoint = this.#table.find(method, path)?.target
    return endpoint === undefined ? [] : understoodTypes(this.#compile(endpoint).facts)
  }

  /** A run that no route of the user answers. */
  beginDetour(kind: Detour, exchange: Exchange): Begun {
    const compiled = this.#detours.get(kind) ?? this.#compileDetour(kind)
    return { compiled, run: compiled.begin(exchange, {}) }
  }

  #compileDetour(kind: Detour, faults = new Faults()): CompiledRoute {
    const method = kind === 'options' ? 'OPTIONS' : ''
    const source: RouteSource = {
      kind,
      label: `(${kind})`,
      method,
      chain: [...this.#needs.around, this.#needs.application],
      route: undefined,
      parameters: [],
      limits: this.#needs.limits,
      ...this.#neighbours,
    }
    const compiled = compileRoute(source, this.#needs.surroundings(faults))
    this.#detours.set(kind, compiled)
    return compiled
  }

  #add(placed: PlacedRoute, check: CheckRoute): void {
    check(this.#sourceOf(placed))
    this.#place(placed)
  }

  // HEAD is GET without the body (RFC 9110 §9.3.2), so it finds no faults that GET did not.
  #addHead(placed: PlacedRoute): void {
    const { method, template } = placed
    if (method !== 'GET') return
    const own = this.#table.find('HEAD', template.text)?.target.placed.template
    if (own !== undefined && shapeOf(own) === shapeOf(template)) return
    this.#place({ ...placed, method: 'HEAD' })
  }

  #place(placed: PlacedRoute): void {
    this.#table.add(placed.method, placed.template, { placed, compiled: undefined, asides: undefined })
  }

  // Its faults have been told before.
  #compile(endpoint: Endpoint): CompiledRoute {
    endpoint.compiled ??= compileRoute(
      this.#sourceOf(endpoint.placed),
      this.#needs.surroundings(new Faults()),
    )
    return endpoint.compiled
  }

  #sourceOf({ method, template, chain, route }: PlacedRoute): RouteSource {
    const { limits } = this.#needs
    return {
      kind: 'route',
      label: `${method} ${template.text}`,
      method,
      chain,
      route,
      parameters: template.names,
      limits: { ...limits, content: route.settings.bodyLimit ?? limits.content },
      ...this.#neighbours,
    }
  }
}
