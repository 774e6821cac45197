import { formatPlace, type Place } from '../injection/place.ts'

/** One thing that a declaration could do better. */
export interface Advice {
  /** The rule it comes from, as it is switched off: `pool-per-request`. */
  readonly rule: string
  /** The route it is about: `GET /users`; `undefined` when it is about several, or none. */
  readonly route: string | undefined
  /** What is declared, colon, what comes of it. */
  readonly message: string
  /** What to do about it. */
  readonly mend: string
  /** Where it was declared. */
  readonly place: Place | undefined
}

/**
 * Writes advice for people: each piece with its rule, its mend and its place.
 *
 * @param list What `checkApplication` found.
 *
 * @example
 * ```ts
 * import { checkApplication, formatAdvice } from 'restmachine/check'
 * import { RestApplication } from 'restmachine'
 *
 * const app = new RestApplication().get('/time', () => ({ now: 42 }), { etag: 'auto' })
 * const text = formatAdvice(checkApplication(app))
 * // text === 'No advice'
 * ```
 */
export function formatAdvice(list: readonly Advice[]): string {
  if (list.length === 0) return 'No advice'
  const title = list.length === 1 ? '1 piece of advice' : `${list.length} pieces of advice`
  return [title, ...list.map(format)].join('\n')
}

// As a DeclarationError lists its faults.
function format({ rule, message, mend, place }: Advice, index: number): string {
  const at = place === undefined ? [] : [`declared at:  ${formatPlace(place)}`]
  const lines = [`mend:         ${mend}`, `rule:         ${rule}`, ...at].map((line) => `     ${line}`)
  return [`${`${index + 1}.`.padEnd(4)} ${message}`, ...lines].join('\n')
}
