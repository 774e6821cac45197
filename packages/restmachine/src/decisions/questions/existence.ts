import { may, must, mustNot, type QuestionMaker } from '../asking.ts'
import { noteDetail, noteLocation } from '../notes.ts'

const noteMissing = must('resourceExists', (_, run) => {
  run.missing = true
})
const hasChoices = may('multipleChoices', noteLocation)
const conflict = mustNot('conflict', noteDetail)

/** Existence, what to do about a resource that is not there, and conflicts with the one that is. */
export const existence = {
  resourceExists: noteMissing,

  hasChoices: (facts) => (facts.method === 'GET' || facts.method === 'HEAD') && hasChoices(facts),

  movedPermanently: may('movedPermanently', noteLocation),

  movedTemporarily: may('movedTemporarily', noteLocation),

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
