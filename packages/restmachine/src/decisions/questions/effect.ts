import { type DigestAlgorithm, digestOf, parseDigest } from '../../http/digest.ts'
import { HttpError } from '../../http/http-error.ts'
import { isThenable } from '../../injection/thenable.ts'
import { Answer, isData, statusOf } from '../../representation/answer.ts'
import { gated, type Question, type QuestionMaker, reading } from '../asking.ts'
import { RESULT_GATE } from '../gates.ts'
import { isSafe } from '../methods.ts'
import { wantsMinimum } from '../preferring.ts'
import type { Run } from '../run.ts'

// No content coding is read and no part is taken, so content and representation are the same bytes.
const DIGESTS = ['content-digest', 'repr-digest'] as const

/** The effect: the content is read and checked, then the handler runs and says what came of it. */
export const effect = {
  // A digest is compared where digests are declared and the content is read as a whole.
  contentIntact: ({ digests, accepts, limits }) => {
    if (digests.length === 0 || !accepts.reads || !accepts.buffered) return true
    return (run) => {
      const { exchange } = run
      const { content } = exchange
      const sent = DIGESTS.flatMap((name) => exchange.header(name) ?? [])
      if (sent.length === 0) return true
      // Where no content is announced, the digest is that of nothing: this is how what got lost is found.
      return areIntact(sent, content.bytes(limits.content)).then((intact) => {
        if (!intact) run.refusal = { detail: 'The content does not have the digest that was sent with it' }
        return intact
      })
    }
  },

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
      run.isData = isData(result)
      if (!run.isData) run.status = statusOf(result)
      return run.status !== 202
    }),

  // A PUT that made the resource must say so (RFC 9110 §9.3.4).
  created: ({ method }) =>
    unlessPlain(
      ({ status, missing }) => status === 201 || (missing && method === 'PUT' && status === undefined),
    ),

  seeOther: () => unlessPlain(({ status }) => status === 303),

  // A 200 that was said is the 200 of the graph, parts and all; unless it is to have no content.
  statusGiven: () =>
    unlessPlain(
      ({ status, result }) =>
        status !== undefined && (status !== 200 || !(result instanceof Answer) || isAbsentBody(result.body)),
    ),

  hasAnswer: () =>
    gated(RESULT_GATE, true, ({ result }) => !isAbsentBody(result instanceof Answer ? result.body : result)),

  // Who changes something may do without seeing the result (RFC 7240 §4.2).
  answerWanted: ({ kind, method }) => kind !== 'route' || isSafe(method) || ((run) => !wantsMinimum(run)),
} satisfies Record<string, QuestionMaker>

function unlessPlain(question: (run: Run) => boolean): Question {
  return gated(RESULT_GATE, false, question)
}

async function areIntact(
  fields: readonly string[],
  content: Uint8Array | Promise<Uint8Array>,
): Promise<boolean> {
  const bytes = await content
  for (const field of fields) {
    const sent = parseDigest(field)
    if (sent === undefined) return false
    for (const [algorithm, digest] of Object.entries(sent)) {
      const own = await digestOf(bytes, algorithm as DigestAlgorithm)
      if (own.some((byte, at) => byte !== digest[at])) return false
    }
  }
  return true
}

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
