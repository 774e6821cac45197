import { type Layered, layerOf } from '../application/layered.ts'
import type { RouteInfo } from '../application/rest-application.ts'
import type { Layer } from '../declaration/layer.ts'
import { didYouMean } from '../injection/faults.ts'
import type { Advice } from './advice.ts'
import { lookAt } from './declared.ts'
import type { Rule } from './rule.ts'
import { type RuleName, rules } from './rules.ts'

/** How an application is checked. */
export interface CheckOptions {
  /** `false` switches a rule off; all are on when nobody says. */
  readonly rules?: Readonly<Partial<Record<RuleName, boolean>>>
}

/** What can be checked: a `RestApplication`. */
export type Checkable = Layered & { readonly routes: readonly RouteInfo[] }

/**
 * Reads the declaration of an application and advises: on guards that have gaps, on what is never used, on what
 * costs time. Nothing is opened and no function of the application runs. Where only the source of a function tells,
 * that is read, as far as it goes: what it calls in other files is not seen, and a rule that cannot be sure is silent.
 *
 * To the application it is as a start: nothing can be added to it afterwards.
 *
 * @param app The application.
 * @param options Which rules to leave out; none when nobody says.
 * @returns Advice, in the order of the rules, then of the declaration; the same each time.
 * @throws {DeclarationError} When the declaration does not hold together.
 * @throws {TypeError} When there is no rule of a name, or it is no application of this copy of the package.
 *
 * @example
 * ```ts
 * import { RestApplication } from 'restmachine'
 * import { checkApplication } from 'restmachine/check'
 *
 * class Pool {}
 * const app = new RestApplication()
 *   .dependency('database', () => new Pool())
 *   .get('/users/{id}', ({ database, id }) => ({ database, id }), { etag: 'auto' })
 * const [advice] = checkApplication(app)
 * // advice?.rule === 'pool-per-request'
 * // advice?.message === 'dependency "database": new Pool(…) opens connections in every request'
 * const silent = checkApplication(app, { rules: { 'pool-per-request': false } })
 * // silent.length === 0
 * ```
 */
export function checkApplication(app: Checkable, options: CheckOptions = {}): readonly Advice[] {
  const { rules: chosen = {} } = options
  checkNames(Object.keys(chosen))
  const layer = declarationOf(app)
  // Asked for its routes, it finds all faults that a start would find.
  void app.routes
  const declared = lookAt(layer)
  const asked = Object.entries<Rule>(rules).filter(([name]) => chosen[name as RuleName] !== false)
  return asked.flatMap(([rule, find]) => find(declared).map((finding) => ({ rule, ...finding })))
}

function declarationOf(app: Checkable): Layer {
  try {
    return layerOf(app)
  } catch {
    const cause = 'or of another copy of restmachine than restmachine/check; npm ls restmachine shows them'
    throw new TypeError(
      `Cannot check the application: a RestApplication is needed, got something else, ${cause}`,
    )
  }
}

function checkNames(names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(rules, name))
  if (unknown === undefined) return
  const advice = didYouMean(unknown, Object.keys(rules)).map((hint) => `; ${hint}`)
  throw new TypeError(`Cannot check the application: there is no rule "${unknown}"${advice.join('')}`)
}
