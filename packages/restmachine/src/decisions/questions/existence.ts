import { isAbsent } from '../../injection/provider.ts'
import { may, must, mustNot, type QuestionMaker, reading } from '../asking.ts'
import { noteChoices, noteDetail, noteMoved } from '../notes.ts'

const noteMissing = must('resourceExists', (_, run) => {
  run.missing = true
})
const conflict = mustNot('conflict', noteDetail)

const hasChoices: QuestionMaker = ({ callback }) => {
  const ask = callback('multipleChoices')
  if (ask === undefined) return false
  return reading(ask, (value, run) => {
    // A list of none leaves nothing to choose.
    if (isAbsent(value) || (Array.isArray(value) && value.length === 0)) return false
    noteChoices(value, run)
    return true
  })
}

/** Existence, what to do about a resource that is not there, and conflicts with the one that is. */
export const existence = {
  resourceExists: noteMissing,

  hasChoices: (facts) => (facts.method === 'GET' || facts.method === 'HEAD') && hasChoices(facts),

  movedPermanently: may('movedPermanently', noteMoved('movedPermanently')),

  movedTemporarily: may('movedTemporarily', noteMoved('movedTemporarily')),

  previouslyExisted: may('previouslyExisted'),

  mayRecreate: ({ method, settings }) => mayCreate(method, settings),

  mayCreate: ({ method, settings }) => mayCreate(method, settings),

  noConflict: (facts) => (isWrite(facts.method) ? conflict(facts) : true),
} satisfies Record<string, QuestionMaker>

function mayCreate(
  method: string,
  settings: { readonly allowMissingPost: boolean; readonly allowMissingPut: boolean },
): boolean {
  return (method === 'POST' && settings.allowMissingPost) || (method === 'PUT' && settings.allowMissingPut)
}

function isWrite(method: string): boolean {
  return method === 'PUT' || method === 'POST' || method === 'PATCH' || method === 'DELETE'
}
