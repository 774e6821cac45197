import { type CallbackName, callbackKinds } from '../declaration/callbacks.ts'
import { isAbsent } from '../injection/provider.ts'
import { isThenable } from '../injection/thenable.ts'
import type { Gate } from './gates.ts'
import type { RouteFacts, Run } from './run.ts'

/** Answers one decision for one request. */
export interface Question {
  (run: Run): boolean | Promise<boolean>
  /** What most requests do not have; the question need not be asked without it. */
  readonly gate?: Gate
  /** What the answer is where the gate is not open. */
  readonly closed?: boolean
  /** Whether the gate is all that it asks. */
  readonly isLook?: boolean
}

/** Makes the question of one row for one route; a boolean when the declaration answers it for good. */
export type QuestionMaker = (facts: RouteFacts) => Question | boolean

/** A question that matters where `gate` is open; elsewhere it answers `closed`, also when it is asked. */
export function gated(
  gate: Gate,
  closed: boolean,
  question: (run: Run) => boolean | Promise<boolean>,
): Question {
  return Object.assign(question, { gate, closed })
}

/** A question that is no more than a look: `closed` where the gate is, the other answer where it is open. */
export function looking(gate: Gate, closed: boolean): Question {
  return Object.assign((run: Run) => gate.isOpen(run) !== closed, { gate, closed, isLook: true })
}

/** Reads the answer of a callback, now or when it comes. */
export function reading(ask: (run: Run) => unknown, read: (value: unknown, run: Run) => boolean): Question {
  return (run) => {
    const value = ask(run)
    return isThenable(value) ? Promise.resolve(value).then((later) => read(later, run)) : read(value, run)
  }
}

/** Yes when the callback's answer is present, or nobody answers; `note` may keep what a refusal says. */
export function must(name: CallbackName, note?: (value: unknown, run: Run) => void): QuestionMaker {
  return ({ callback }) => {
    const ask = callback(name)
    if (ask === undefined) return true
    return reading(ask, (value, run) => {
      if (!isRefused(name, value)) return true
      note?.(value, run)
      return false
    })
  }
}

/** Yes when the callback's answer is absent, or nobody answers. */
export function mustNot(name: CallbackName, note?: (value: unknown, run: Run) => void): QuestionMaker {
  return ({ callback }) => {
    const ask = callback(name)
    if (ask === undefined) return true
    return reading(ask, (value, run) => {
      if (isAbsent(value)) return true
      note?.(value, run)
      return false
    })
  }
}

/** Yes when the callback's answer is present; no when it is absent or nobody answers. */
export function may(name: CallbackName, note?: (value: unknown, run: Run) => void): QuestionMaker {
  return ({ callback }) => {
    const ask = callback(name)
    if (ask === undefined) return false
    return reading(ask, (value, run) => {
      if (isAbsent(value)) return false
      note?.(value, run)
      return true
    })
  }
}

/** A value that says no and brings what the response needs: a challenge, a time to wait. */
export abstract class Refusing {
  /** Flat: name, value … */
  abstract readonly headers: readonly string[]
  /** Exists for the compiler alone: a value of yours that has `headers` refuses nothing. */
  declare protected readonly refuses: true
}

/** Whether an answer to a `must` means no: absent, or a refusal that brings its fields. */
export function isRefused(name: CallbackName, value: unknown): boolean {
  return (callbackKinds[name].guard ? !value : isAbsent(value)) || value instanceof Refusing
}
