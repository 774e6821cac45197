import type { Injectable } from './injectable.ts'
import type { CloseTime } from './teardown.ts'

/** A value that the framework itself gives to a request: read from what holds the request. */
export interface NativeProvider<Held> {
  readonly source: 'native'
  readonly name: string
  readonly read: (held: Held) => unknown
}

/** A value that a function of the user makes. */
export interface DeclaredProvider {
  readonly source: 'declared'
  readonly name: string
  readonly make: Injectable
  readonly scope: 'request' | 'session'
  /** Milliseconds after which a session value is made anew. */
  readonly ttl: number | undefined
  readonly close: CloseTime
  /** Turns what `make` gave into the value: validation does. `parameter` names the path parameter that it is alone. */
  readonly refine: ((value: unknown, parameter?: string) => unknown) | undefined
  /**
   * The error for a consumer when the value is not there, and `undefined` when it is. Set for the values
   * of decisions, which are typed as present: who asks before the decision did gets the decision's answer.
   */
  readonly absent: ((value: unknown) => unknown) | undefined
}

/** A value that stands fixed, in place of whatever provides the name: `app.with({ name: value })`. */
export interface FixedProvider {
  readonly source: 'fixed'
  readonly name: string
  readonly value: unknown
}

/** Whatever gives a value its name. */
export type Provider<Held> = NativeProvider<Held> | DeclaredProvider | FixedProvider

/** Whether a decision's answer means "not there": `undefined`, `null` and `false`; `0` and `''` are values. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === false
}
