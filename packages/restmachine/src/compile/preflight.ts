import type { Run } from '../decisions/run.ts'
import { formatAllow } from '../http/allow.ts'
import type { Outcome } from '../http/outcome.ts'
import { isThenable } from '../injection/thenable.ts'
import { preflightOf } from '../policies/preflight.ts'
import type { Pipeline } from './compile.ts'
import { draftWith, type Finish } from './finish.ts'

/** What a preflight is answered with: what a page may do, or nothing, which refuses it (Fetch §3.2.2). */
export function preflightAnswer(finish: Finish): Pipeline<Run, Outcome> {
  function end(run: Run, granted: readonly string[] | undefined): Outcome | Promise<Outcome> {
    const fields = granted ?? run.facts.cors?.refused ?? []
    return finish(run, draftWith(204, ['allow', formatAllow(run.allowed), ...fields], null))
  }

  return (run) => {
    const request = preflightOf(run.exchange)
    const granted = request && run.facts.cors?.preflight(request, run.allowed)
    return isThenable(granted) ? Promise.resolve(granted).then((later) => end(run, later)) : end(run, granted)
  }
}
