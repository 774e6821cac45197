import type { Run } from '../decisions/run.ts'
import { type CallbackName, callbackKinds, callbackNames } from '../declaration/callbacks.ts'
import { actingDecisions } from '../declaration/layer.ts'
import type { Outcome } from '../http/outcome.ts'
import type { Faults } from '../injection/faults.ts'
import type { Plan } from '../injection/plan.ts'
import { isThenable } from '../injection/thenable.ts'
import { isData } from '../representation/answer.ts'
import { type Answering, endingsOf } from './answering.ts'
import type { Pipeline } from './compile.ts'
import type { RouteSource } from './source.ts'

const GUARDS: readonly CallbackName[] = callbackNames.filter((name) => callbackKinds[name].guard)

/** Router, injection, handler, JSON: no question asked. */
export function bypass(answering: Answering): Pipeline<Run, Outcome> {
  const answer = endingsOf(answering)('given')
  const { enact } = answering.facts
  function finish(run: Run, result: unknown): Outcome | Promise<Outcome> {
    run.result = result
    run.isData = isData(result)
    return answer(run)
  }
  return (run) => {
    const result = enact(run)
    return isThenable(result)
      ? Promise.resolve(result).then((later) => finish(run, later))
      : finish(run, result)
  }
}

/**
 * Finds a guard that a bypassed route would pass by. It is declared for every route of its layer: that one lets
 * everybody pass must be said. Whoever is asked for by name is asked for all the same.
 */
export function checkBypass({ chain, route, label }: RouteSource, plan: Plan<Run>, faults: Faults): void {
  if (route === undefined || !route.settings.bypassStateMachine || route.settings.skipAuthCheck) return
  const guard = GUARDS.find((callback) =>
    actingDecisions(chain, callback, true, () => false).some(
      ({ name }) => name === undefined || !plan.reaches(name),
    ),
  )
  if (guard === undefined) return
  const mend = 'say skipAuthCheck: true beside it, if everybody may pass; or leave bypassStateMachine out'
  faults.add(`${label}: bypassStateMachine passes by ${guard}, which guards it`, route.handler.place, mend)
}
