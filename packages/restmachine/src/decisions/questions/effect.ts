import { HttpError } from '../../http/http-error.ts'
import { isThenable } from '../../injection/thenable.ts'
import { Answer, statusOf } from '../../representation/answer.ts'
import { type Question, type QuestionMaker, reading } from '../asking.ts'
import type { Run } from '../run.ts'

/** The effect: the content is read and checked, then the handler runs and says what came of it. */
export const effect = {
  contentProcessable: ({ validate }) => {
    if (validate === undefined) return true
    return (run) => {
      try {
        const later = validate(run)
        return isThenable(later) ? Promise.resolve(later).then(() => true, refuse(run)) : true
      } catch (error) {
        return refuse(run)(error)
      }
    }
  },

  enacted: ({ enact }): Question =>
    reading(enact, (result, run) => {
      run.result = result
      run.status = statusOf(result)
      return run.status !== 202
    }),

  // A PUT that made the resource must say so (RFC 9110 §9.3.4).
  created:
    () =>
    ({ status, missing, facts }) =>
      status === 201 || (missing && facts.method === 'PUT' && status === undefined),

  seeOther:
    () =>
    ({ status }) =>
      status === 303,

  statusGiven:
    () =>
    ({ status, result }) =>
      // A 200 that was said is the 200 of the graph, parts and all; unless it is to have no content.
      status !== undefined && (status !== 200 || !(result instanceof Answer) || isAbsentBody(result.body)),

  hasAnswer:
    () =>
    ({ result }) => {
      const body = result instanceof Answer ? result.body : result
      return body !== undefined && body !== null
    },
} satisfies Record<string, QuestionMaker>

function isAbsentBody(body: unknown): boolean {
  return body === undefined || body === null
}

// Faults of a validation are the graph's 422; whatever else went wrong ends the request by itself.
function refuse(run: Run): (error: unknown) => false {
  return (error) => {
    if (!(error instanceof HttpError) || error.status !== 422) throw error
    const { errors, type, title, members } = error.options
    run.refusal = {
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      ...(errors === undefined ? {} : { errors }),
      ...(type === undefined ? {} : { type }),
      ...(title === undefined ? {} : { title }),
      ...(members === undefined ? {} : { members }),
    }
    return false
  }
}
