import { type EntityTag, type EntityTags, isSameStrongly, isSameWeakly } from '../../http/entity-tag.ts'
import { CONDITIONAL } from '../../http/exchange.ts'
import { parseHttpDate } from '../../http/http-date.ts'
import { isThenable } from '../../injection/thenable.ts'
import { may, type Question, type QuestionMaker } from '../asking.ts'
import { isRead, isSafe } from '../methods.ts'
import type { Run, Validators } from '../run.ts'
import { validatorsOf } from '../validators.ts'

/** Preconditions, in the order of RFC 9110 §13.2.2. */
export const preconditions = {
  preconditionGiven: (facts) => {
    const required = may('preconditionRequired')(facts)
    if (required === false || isSafe(facts.method) || facts.method === 'POST') return true
    return (run) => {
      if (run.exchange.has(CONDITIONAL) && guardsWrite(run)) return true
      if (required === true) return false
      const answer = required(run)
      return isThenable(answer) ? answer.then((needed) => !needed) : !answer
    }
  },

  // A method that neither selects nor changes a representation has nothing to compare (§13.2.1).
  isConditional: ({ kind, method }) =>
    kind === 'route' && method !== 'OPTIONS' && ((run) => run.exchange.has(CONDITIONAL)),

  preconditionsReadable: () => (run) => run.ifMatch !== 'malformed' && run.ifNoneMatch !== 'malformed',

  hasIfMatch: () => (run) => run.ifMatch !== 'absent',

  // Only strong tags match (§13.1.1): two equal weak ones may differ in bytes.
  ifMatchHolds: comparing((run, { etag }) => matches(run.ifMatch, run, etag, isSameStrongly)),

  // A date that cannot be read counts as no date (§13.1.4), so here it is "no", not 400.
  hasIfUnmodifiedSince: () => (run) => dateOf(run, 'if-unmodified-since') !== undefined,

  // Without a date of our own the condition is ignored (§13.1.4).
  unmodifiedSince: comparing(
    (run, { lastModified }) =>
      lastModified === undefined || lastModified <= (dateOf(run, 'if-unmodified-since') ?? 0),
  ),

  hasIfNoneMatch: () => (run) => run.ifNoneMatch !== 'absent',

  ifNoneMatchHolds: comparing((run, { etag }) => !matches(run.ifNoneMatch, run, etag, isSameWeakly)),

  hasIfModifiedSince: ({ method }) =>
    isRead(method) && ((run) => dateOf(run, 'if-modified-since') !== undefined),

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
      return isThenable(current) ? current.then((later) => compare(run, later)) : compare(run, current)
    }
  }
}

type Same = (sent: EntityTag, current: EntityTag) => boolean

function matches(tags: EntityTags, run: Run, current: EntityTag | undefined, same: Same): boolean {
  if (tags === 'any') return !run.missing
  if (typeof tags === 'string' || run.missing || current === undefined) return false
  if (tags.some((sent) => same(sent, current))) return true
  // A write names the state of the resource: the tag of any of its representations will do.
  const { method, tagSuffixes } = run.facts
  if (isSafe(method)) return false
  const variants = tagSuffixes.map((suffix) => ({ ...current, opaque: current.opaque + suffix }))
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
