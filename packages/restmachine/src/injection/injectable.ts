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
export function inject<Given, Result>(
  names: readonly (keyof Given & string)[],
  fn: (given: Given) => Result,
): (given: Given) => Result {
  return Object.assign((given: Given) => fn(given), { [STATED]: { names, fn } })
}

/** Reads what `fn` asks for. What cannot be read is kept as a fault for the start of the application. */
export function readInjectable(fn: AnyFunction, label: string, place: Place | undefined): Injectable {
  const stated = (fn as Partial<Stated>)[STATED]
  if (stated !== undefined) {
    const needs = stated.names.map((name) => ({ name, optional: false }))
    return { run: asRun(stated.fn), needs, kind: kindOf(stated.fn), label, place, refused: undefined }
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
