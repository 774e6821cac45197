import { Layer } from '../declaration/layer.ts'
import type { BuiltIns, SessionBuiltIns } from './given.ts'
import type { Kind } from './kind.ts'
import { RoutesBuilder } from './routes-builder.ts'

/** Goes on with a router that still needs `Needs`. */
interface RouterKind<Needs> extends Kind {
  readonly builder: Router<Needs, this['session'], this['provided']>
}

/**
 * Routes that are declared apart and mounted under a prefix: `app.mount('/users', users)`. What it
 * takes from the application around it, it states as a type; the mount proves that it is there.
 *
 * @example
 * ```ts
 * import { RestApplication, Router } from 'restmachine'
 *
 * const users = new Router<{ names: Map<string, string> }>().get('/{userId}', ({ names, userId }) => ({
 *   name: names.get(userId),
 * }))
 * const app = new RestApplication()
 *   .dependency('names', () => new Map([['7', 'Ada']]))
 *   .mount('/users', users)
 * const response = await app.fetch(new Request('http://localhost/users/7'))
 * // response.status === 200
 * ```
 */
export class Router<
  Needs = unknown,
  Session = SessionBuiltIns,
  Provided = BuiltIns & Needs,
> extends RoutesBuilder<RouterKind<Needs>, Session, Provided> {
  /** Exists for the compiler alone: what the router needs from where it is mounted. */
  declare readonly needs: (needs: Needs) => void

  constructor() {
    super(new Layer('router'))
  }
}
