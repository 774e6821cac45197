import { type EntityTag, type EntityTags, isSameStrongly, isSameWeakly } from '../../http/entity-tag.ts'
import {
  CONDITIONAL,
  IF_MATCH,
  IF_MODIFIED_SINCE,
  IF_NONE_MATCH,
  IF_UNMODIFIED_SINCE,
} from '../../http/exchange.ts'
import { parseHttpDate } from '../../http/http-date.ts'
import { isPromise } from '../../injection/thenable.ts'
import { gated, looking, may, type Question, type QuestionMaker } from '../asking.ts'
import { FieldGate } from '../gates.ts'
import { isRead, isSafe } from '../methods.ts'
import type { Run, Validators } from '../run.ts'
import { matchesTag, type Same, validatorsOf } from '../validators.ts'

/** Preconditions, in the order of RFC 9110 §13.2.2. */
export const preconditions = {
  preconditionGiven: (facts) => {
    const required = may('preconditionRequired')(facts)
    if (required === false || isSafe(facts.method) || facts.method === 'POST') return true
    return (run) => {
      if (run.exchange.has(CONDITIONAL) && guardsWrite(run)) return true
      if (required === true) return false
      const answer = required(run)
      return isPromise(answer) ? answer.then((needed) => !needed) : !answer
    }
  },

  // A method that neither selects nor changes a representation has nothing to compare (§13.2.1).
  isConditional: ({ kind, method }) =>
    kind === 'route' && method !== 'OPTIONS' && looking(new FieldGate(CONDITIONAL), false),

  preconditionsReadable: () => (run) => run.ifMatch !== 'malformed' && run.ifNoneMatch !== 'malformed',

  hasIfMatch: () => gated(new FieldGate(IF_MATCH), false, (run) => run.ifMatch !== 'absent'),

  // Only strong tags match (§13.1.1): two equal weak ones may differ in bytes.
  // What a read compares with may come with the answer: then `answerMatches` decides.
  ifMatchHolds: comparingTags(
    (run) => run.ifMatch,
    (run, { etag }) => comesWithAnswer(run, etag) || matches(run.ifMatch, run, etag, isSameStrongly),
  ),

  // A date that cannot be read counts as no date (§13.1.4), so here it is "no", not 400.
  hasIfUnmodifiedSince: () =>
    gated(
      new FieldGate(IF_UNMODIFIED_SINCE),
      false,
      (run) => dateOf(run, 'if-unmodified-since') !== undefined,
    ),

  // Without a date of our own the condition is ignored (§13.1.4).
  unmodifiedSince: comparing(
    (run, { lastModified }) =>
      lastModified === undefined || lastModified <= (dateOf(run, 'if-unmodified-since') ?? 0),
  ),

  hasIfNoneMatch: () => gated(new FieldGate(IF_NONE_MATCH), false, (run) => run.ifNoneMatch !== 'absent'),

  ifNoneMatchHolds: comparingTags(
    (run) => run.ifNoneMatch,
    (run, { etag }) => !matches(run.ifNoneMatch, run, etag, isSameWeakly),
  ),

  hasIfModifiedSince: ({ method }) =>
    isRead(method) &&
    gated(new FieldGate(IF_MODIFIED_SINCE), false, (run) => dateOf(run, 'if-modified-since') !== undefined),

  modifiedSince: comparing(
    (run, { lastModified }) =>
      lastModified === undefined || lastModified > (dateOf(run, 'if-modified-since') ?? 0),
  ),

  isRead: ({ method }) => isRead(method),
} satisfies Record<string, QuestionMaker>

function comparing(compare: (run: Run, current: Validators) => boolean): QuestionMaker {
  return (facts): Question => {
    const validators = validatorsOf(facts)
    return (run) => {
      const current = validators(run)
      return isPromise(current) ? current.then((later) => compare(run, later)) : compare(run, current)
    }
  }
}

type Compare = (run: Run, current: Validators) => boolean

/** Compares tags; where they are made from answers, a write is compared with what GET would answer now. */
function comparingTags(sent: (run: Run) => EntityTags, compare: Compare): QuestionMaker {
  return (facts): Question => {
    if (isRead(facts.method)) return comparing(compare)(facts) as Question
    const validators = validatorsOf(facts)
    function next(run: Run, current: Validators): boolean | Promise<boolean> {
      const isToBeRead = current.fromAnswer && typeof sent(run) !== 'string'
      return isToBeRead ? compareWithRead(run, current, compare) : compare(run, current)
    }
    return (run) => {
      const current = validators(run)
      return isPromise(current) ? current.then((later) => next(run, later)) : next(run, current)
    }
  }
}

/** What GET answers where there is no representation, and so no tag. */
const WITHOUT_REPRESENTATION = [204, 404, 410]

// What cannot be known does not let a write pass: it might undo what somebody else has changed.
async function compareWithRead(run: Run, current: Validators, compare: Compare): Promise<boolean> {
  const { status, etag } = await run.facts.tagAt(run)
  const read: Validators = { ...current, etag, fromAnswer: false }
  run.validators = read
  const isKnown = status === 200 || WITHOUT_REPRESENTATION.includes(status)
  if (isKnown && compare(run, read)) return true
  if (etag === undefined) run.refusal = { detail: `The entity tag is that of GET, ${tellMissing(status)}` }
  return false
}

function tellMissing(status: number): string {
  return status === 200 ? 'whose answer has none' : `which is answered with ${status}`
}

function comesWithAnswer(run: Run, etag: EntityTag | undefined): boolean {
  return etag === undefined && !run.missing && run.ifMatch !== 'any' && isRead(run.facts.method)
}

function matches(tags: EntityTags, run: Run, current: EntityTag | undefined, same: Same): boolean {
  if (tags === 'any') return !run.missing
  if (typeof tags === 'string' || run.missing || current === undefined) return false
  for (const sent of tags) if (matchesTag(run, sent, current, same)) return true
  // A write names the state of the resource: the tag of any of its representations will do.
  const { method, tagSuffixes } = run.facts
  if (isSafe(method)) return false
  const variants = tagSuffixes().map((suffix) => ({ ...current, opaque: current.opaque + suffix }))
  return tags.some((sent) => variants.some((variant) => same(sent, variant)))
}

// `If-Modified-Since` asks nothing of a write (§13.1.3), and neither does a date that cannot be read.
function guardsWrite(run: Run): boolean {
  return (
    run.ifMatch !== 'absent' ||
    run.ifNoneMatch !== 'absent' ||
    dateOf(run, 'if-unmodified-since') !== undefined
  )
}

function dateOf({ exchange }: Run, name: string): number | undefined {
  return parseHttpDate(exchange.header(name))
}
