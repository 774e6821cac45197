import type { Faults } from './faults.ts'
import { type AnyFunction, type Parameter, readParameters } from './parameters.ts'
import { formatPlace, type Place } from './place.ts'

/** A function, the names it asks for, and where it was declared. */
export interface Injectable {
  readonly run: (context: object) => unknown
  readonly needs: readonly Parameter[]
  readonly kind: 'function' | 'generator'
  /** What an error calls it: `GET /users/{id}`, `dependency "pool"`. */
  readonly label: string
  readonly place: Place | undefined
  /** Why its names cannot be read; the lines of a fault. */
  readonly refused: readonly string[] | undefined
}

const STATED = Symbol('names stated by inject()')

interface Stated {
  readonly [STATED]: { readonly names: readonly string[]; readonly fn: AnyFunction }
}

/**
 * States the names a function needs, for where its source cannot be read: code compiled to ES5,
 * bound functions, wrappers.
 *
 * @param names The names, as they are provided.
 * @param fn The function; it gets an object with these names.
 *
 * @example
 * ```ts
 * import { inject, RestApplication } from 'restmachine'
 *
 * const app = new RestApplication()
 *   .dependency('clock', () => 42)
 *   .get('/time', inject(['clock'], (given) => ({ time: given.clock })))
 * const response = await app.fetch(new Request('http://localhost/time'))
 * const body = await response.json()
 * // body.time === 42
 * ```
 */
export function inject<Given, Result, Name extends keyof Given & string = never>(
  names: readonly Name[],
  fn: (given: Pick<Given, Name>) => Result,
): (given: Given) => Result {
  return Object.assign((given: Given) => fn(given), { [STATED]: { names, fn } })
}

/** Who asks for one name only, and runs nothing: what errors call them. */
export function asker(label: string): Injectable {
  return { run: () => undefined, needs: [], kind: 'function', label, place: undefined, refused: undefined }
}

/** Reads what `fn` asks for. What cannot be read is kept as a fault for the start of the application. */
export function readInjectable(fn: AnyFunction, label: string, place: Place | undefined): Injectable {
  if (typeof fn !== 'function') {
    const refused = [`a function is needed, got ${String(fn)}`]
    return { run: () => undefined, needs: [], kind: 'function', label, place, refused }
  }
  const stated = (fn as Partial<Stated>)[STATED]
  if (stated !== undefined) {
    const { names } = stated
    const needs = names.map((name) => ({ name, optional: false }))
    const whole = asRun(stated.fn)
    const run = (context: object): unknown => whole(pick(context, names))
    return { run, needs, kind: kindOf(stated.fn), label, place, refused: undefined }
  }
  const reading = readParameters(fn)
  const known = { run: asRun(fn), kind: kindOf(fn), label, place }
  if ('refused' in reading) {
    return { ...known, needs: [], refused: [`text seen:    ${reading.text}`, reading.cause, reading.mend] }
  }
  return { ...known, needs: reading.names, refused: undefined }
}

/** Adds a fault when the names of `injectable` could not be read. */
export function checkReadable(injectable: Injectable, faults: Faults): void {
  if (injectable.refused === undefined) return
  faults.add(
    `${injectable.label}: cannot read the names it asks for`,
    injectable.place,
    ...injectable.refused,
  )
}

/** `dependency "pool" (src/app.ts:3:4)`. */
export function describe(injectable: Injectable): string {
  return injectable.place === undefined
    ? injectable.label
    : `${injectable.label} (${formatPlace(injectable.place)})`
}

// Who takes the object whole may spread it or pass it on, so it has these names and no others.
function pick(context: object, names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, (context as Record<string, unknown>)[name]]))
}

function kindOf(fn: AnyFunction): 'function' | 'generator' {
  const tag = Object.prototype.toString.call(fn)
  return tag === '[object GeneratorFunction]' || tag === '[object AsyncGeneratorFunction]'
    ? 'generator'
    : 'function'
}

// The names were read from the function itself, so the context it gets holds what it destructures.
function asRun(fn: AnyFunction): (context: object) => unknown {
  return fn as (context: object) => unknown
}
