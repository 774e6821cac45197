import type { ReadTag, RequestLimits, RouteFacts, Run } from '../decisions/run.ts'
import type { Chain, RouteDeclaration } from '../declaration/layer.ts'

/** What a route is compiled from. */
export interface RouteSource {
  readonly kind: RouteFacts['kind']
  readonly label: string
  readonly method: string
  /** The layers around the route, outermost first; its own is the last. */
  readonly chain: Chain
  readonly route: RouteDeclaration | undefined
  /** The names of the path parameters. */
  readonly parameters: readonly string[]
  readonly limits: RequestLimits
  /** The methods of a path, for `Allow`. */
  readonly allowedAt: (path: string) => readonly string[]
  /** The media types that a method of a path reads, for `Accept-Post` and `Accept-Patch`; none when it reads any. */
  readonly typesAt: (path: string, method: string) => readonly string[]
  /** The entity tag that GET gives now at the target of a write. */
  readonly tagAt: (run: Run) => Promise<ReadTag>
}
