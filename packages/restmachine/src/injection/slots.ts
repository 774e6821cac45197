import type { Opening } from './teardown.ts'

/** What one request, or the process, holds: a value for each slot, and what has to be closed again. */
export interface Holder {
  readonly values: unknown[]
  /** What a function destructures: a getter for each name over the slots. */
  readonly context: object
  /** Generators that have yielded, in that order; `undefined` while there is none. */
  opened: Opening[] | undefined
  /** Set once what is open was closed: takes what opens later, because nobody waits for it any more. */
  closeLate: ((opening: Opening) => void) | undefined
}

/** Marks a slot that has not been filled: `undefined` is a value like any other. */
export const EMPTY: unique symbol = Symbol('empty slot')

/** Stands in a slot while its value is on the way, so that everyone who asks waits for the same one. */
export class Pending {
  readonly done: Promise<void>

  constructor(done: Promise<void>) {
    this.done = done
  }
}

/** Stands in a slot whose provider failed: one request asks a provider once. */
export class Failed {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

const VALUES: unique symbol = Symbol('values')

interface Context {
  [VALUES]: unknown[]
}

/** Makes the object that functions destructure, for one request. */
export type ContextMaker = (values: unknown[]) => object

/** What functions get that ask for nothing. */
export const NOTHING_ASKED: object = Object.freeze({})

/**
 * Objects with a getter for each name over the slots.
 *
 * Measured with 60 routes: 63 ns for a call with three names, against 90 to 110 ns for filling an
 * object in a loop and 445 ns for a literal with computed keys; no code is made from strings. A class for
 * each route would take 28 ns to make one in place of 17.
 */
export function contextMaker(slots: ReadonlyMap<string, number>): ContextMaker {
  let prototype: object | undefined
  return (values) => {
    prototype ??= prototypeOf(slots)
    const context = Object.create(prototype) as Context
    context[VALUES] = values
    return context
  }
}

function prototypeOf(slots: ReadonlyMap<string, number>): object {
  const getters: PropertyDescriptorMap = {}
  for (const [name, slot] of slots) {
    getters[name] = {
      enumerable: true,
      get(this: Context) {
        const value = this[VALUES][slot]
        // A name with a default, which nothing provides here, may have a slot for other functions.
        return value === EMPTY ? undefined : value
      },
    }
  }
  return Object.defineProperties({}, getters)
}
