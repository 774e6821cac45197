import type { Run } from '../decisions/run.ts'
import { fieldIn } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import { type Choice, writeChoices } from '../representation/choices.ts'
import { writeRedirectNote } from '../representation/redirect-note.ts'
import type { Pipeline } from './compile.ts'
import { draftWith, type Finish } from './finish.ts'

/** Makes the ends of the graph that lead elsewhere: the client is told by a field, people by a note (RFC 9110 §15.4). */
export function redirector(
  finish: Finish,
  vary: readonly string[],
): (status: number) => Pipeline<Run, Outcome> {
  // The list is not negotiated like a representation: it is about those that are.
  function choose(run: Run, choices: readonly Choice[]): Outcome | Promise<Outcome> {
    const { contentType, body, link } = writeChoices(choices, run.accept)
    const headers = ['content-type', contentType, 'link', link, 'vary', 'accept']
    return finish(run, draftWith(300, headers, body))
  }

  return (usual) => (run) => {
    const { headers = [], status = usual, choices } = run.refusal ?? {}
    if (choices !== undefined) return choose(run, choices)
    if (status < 300 || status > 399) throw new RangeError(`Cannot redirect: ${status} is no status for that`)
    const location = fieldIn(headers, 'location')
    if (location === undefined) return finish(run, draftWith(status, [...vary, ...headers], null))
    const { contentType, body } = writeRedirectNote(status, location, run.accept)
    const fields = ['content-type', contentType, 'vary', 'accept', ...headers]
    return finish(run, draftWith(status, fields, body))
  }
}
