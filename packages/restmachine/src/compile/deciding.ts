import { isRefused } from '../decisions/asking.ts'
import type { Callback, RouteFacts, Run } from '../decisions/run.ts'
import { type CallbackName, callbackKinds, callbackNames } from '../declaration/callbacks.ts'
import { actingDecisions, type DecisionDeclaration, findProvider } from '../declaration/layer.ts'
import type { Faults } from '../injection/faults.ts'
import type { Plan } from '../injection/plan.ts'
import { isAbsent } from '../injection/provider.ts'
import { isThenable } from '../injection/thenable.ts'
import type { RouteSource } from './source.ts'

/** The answers to the decisions of a route. */
type Deciding = Pick<RouteFacts, 'callback' | 'declared'>

const UNDECIDED: Deciding = { callback: () => undefined, declared: () => [] }

/**
 * Finds the answers that act on each decision of a route.
 *
 * A decision with a name acts where the name is used, and what it needs itself may be the name of
 * another: so it goes round until nothing is added.
 */
export function decisionsOf({ chain, route, label }: RouteSource, plan: Plan<Run>, faults: Faults): Deciding {
  if (chain.every(({ decisions }) => decisions.length === 0)) return UNDECIDED
  const callbacks = new Map<DecisionDeclaration, Callback>()
  const skipped = route?.settings.skipAuthCheck === true

  function isUsed(decision: DecisionDeclaration): boolean {
    const { name, ask } = decision
    return name !== undefined && plan.reaches(name) && findProvider(chain, name)?.make === ask
  }

  // Where an inner layer provides the name anew, the check is still the check: it is asked by itself.
  function callbackOf({ callback, name, ask }: DecisionDeclaration): Callback {
    const isOwn = name !== undefined && findProvider(chain, name)?.make === ask
    return isOwn ? plan.reader(name, ask) : plan.invoker(ask, name ?? callback)
  }

  function acting(name: CallbackName): readonly DecisionDeclaration[] {
    if (name === 'authorized' && skipped) return []
    return actingDecisions(chain, name, callbackKinds[name].guard, isUsed)
  }

  let before = -1
  while (callbacks.size !== before) {
    before = callbacks.size
    for (const name of callbackNames) {
      for (const decision of acting(name)) {
        if (callbacks.has(decision)) continue
        callbacks.set(decision, callbackOf(decision))
      }
    }
  }

  if (skipped) {
    for (const decision of chain.flatMap((layer) => layer.decisions)) {
      if (decision.callback !== 'authorized' || !isUsed(decision)) continue
      faults.add(
        `${label}: skipAuthCheck, yet it uses "${decision.name}", which only the check makes safe`,
        route?.handler.place,
        `the check:    ${decision.ask.label}`,
        `remove skipAuthCheck, or do not ask for "${decision.name}"`,
      )
    }
  }

  const composed = new Map<CallbackName, Callback>()
  for (const name of callbackNames) {
    const whole = asOne(
      name,
      acting(name).flatMap((decision) => callbacks.get(decision) ?? []),
    )
    if (whole !== undefined) composed.set(name, whole)
  }

  return {
    callback: (name) => composed.get(name),
    declared(name) {
      const all = chain.flatMap(({ decisions }) => decisions).filter(({ callback }) => callback === name)
      const standing = acting(name)
      return all.map((decision) => ({
        label: decision.ask.label,
        place: decision.ask.place,
        name: decision.name,
        ask: standing.includes(decision) ? callbacks.get(decision) : undefined,
      }))
    },
  }
}

/** Makes one answer of those that act on a decision; `undefined` when none does. */
export function asOne(name: CallbackName, callbacks: readonly Callback[]): Callback | undefined {
  const [first, ...rest] = callbacks
  return first === undefined || rest.length === 0 ? first : inTurn([first, ...rest], stopsAt(name))
}

// What must hold is asked until one refuses; everything else until one has something to say.
function stopsAt(name: CallbackName): (value: unknown) => boolean {
  return callbackKinds[name].asks === 'must' ? (value) => isRefused(name, value) : (value) => !isAbsent(value)
}

function inTurn(callbacks: readonly Callback[], stops: (value: unknown) => boolean): Callback {
  function ask(run: Run, from: number): unknown {
    for (let index = from; index < callbacks.length; index++) {
      const value = (callbacks[index] as Callback)(run)
      if (isThenable(value)) return value.then((later) => next(run, later, index))
      if (stops(value) || index === callbacks.length - 1) return value
    }
    return undefined
  }

  function next(run: Run, value: unknown, index: number): unknown {
    return stops(value) || index === callbacks.length - 1 ? value : ask(run, index + 1)
  }

  return (run) => ask(run, 0)
}
