import { isSameStrongly, isSameWeakly } from '../../http/entity-tag.ts'
import { CONDITIONAL, RANGE } from '../../http/exchange.ts'
import { parseHttpDate } from '../../http/http-date.ts'
import { parseIfRange } from '../../http/if-range.ts'
import { isWebResponse } from '../../http/outcome.ts'
import { formatUnsatisfied, type RangeSpec, resolveRanges } from '../../http/range.ts'
import { isPromise } from '../../injection/thenable.ts'
import { parseByteRanges, wholeOf } from '../../representation/byte-ranges.ts'
import { answeredValidatorsOf, bringsValidators } from '../answered.ts'
import { gated, type Question, type QuestionMaker } from '../asking.ts'
import { FieldGate } from '../gates.ts'
import { isRead } from '../methods.ts'
import type { Run, Validators, WrittenBody } from '../run.ts'
import { matchesTag } from '../validators.ts'

/** Is the answer news to the client, and does the client want all of it? */
export const response = {
  // What a route declares was compared before the effect; what comes with the answer is known only now.
  answerMatches(facts) {
    if (facts.kind !== 'route' || !isRead(facts.method)) return true
    return gated(
      new FieldGate(CONDITIONAL),
      true,
      comparing(answeredValidatorsOf(facts), isConditional, isUnchanged, true),
    )
  },

  answerCurrent(facts) {
    if (facts.kind !== 'route' || !isRead(facts.method)) return false
    return gated(
      new FieldGate(CONDITIONAL),
      false,
      comparing(answeredValidatorsOf(facts), isConditional, isCurrent),
    )
  },

  // No other method has ranges (§14.2). What they are compared with is the body as it will be sent.
  rangeWanted({ kind, method }) {
    if (kind !== 'route' || method !== 'GET') return false
    // Parts are not coded, so whoever refuses that gets all of it: a range may be passed over (§14.2).
    return gated(new FieldGate(RANGE), false, (run) => !run.plainRefused && wantsRange(run))
  },

  ifRangeHolds(facts) {
    return comparing(
      answeredValidatorsOf(facts),
      (run) => run.exchange.header('if-range') !== undefined,
      isSameState,
      true,
    )
  },

  rangeSatisfiable: () => (run) => {
    const { partial } = run
    if (partial === undefined) return true
    const { length } = partial.whole
    const parts = resolveRanges(partial.specs, length)
    if (parts !== 'unsatisfiable') {
      partial.parts = parts
      return true
    }
    run.refusal = {
      detail: `The representation has ${length} bytes`,
      headers: ['content-range', formatUnsatisfied(length)],
    }
    return false
  },
} satisfies Record<string, QuestionMaker>

/** Compares validators where there is something to compare; `otherwise` is the answer elsewhere. */
function comparing(
  validators: (run: Run) => Validators | Promise<Validators>,
  applies: (run: Run) => boolean,
  compare: (run: Run, current: Validators) => boolean,
  otherwise = false,
): Question {
  return (run) => {
    if (!applies(run)) return otherwise
    const current = validators(run)
    return isPromise(current) ? current.then((later) => compare(run, later)) : compare(run, current)
  }
}

function isConditional({ exchange }: Run): boolean {
  return exchange.has(CONDITIONAL)
}

// RFC 9110 §13.2.2, steps 1 and 2.
function isUnchanged(run: Run, { etag, lastModified }: Validators): boolean {
  const { ifMatch, exchange } = run
  if (typeof ifMatch !== 'string')
    return etag !== undefined && ifMatch.some((sent) => matchesTag(run, sent, etag, isSameStrongly))
  if (ifMatch !== 'absent' || !bringsValidators(run) || lastModified === undefined) return true
  const since = parseHttpDate(exchange.header('if-unmodified-since'))
  return since === undefined || lastModified <= since
}

// RFC 9110 §13.2.2, steps 3 and 4: where there are tags to compare, dates are not.
function isCurrent(run: Run, { etag, lastModified, fromAnswer }: Validators): boolean {
  const { ifNoneMatch, exchange } = run
  if (!fromAnswer && !bringsValidators(run)) return false
  if (typeof ifNoneMatch !== 'string')
    return etag !== undefined && ifNoneMatch.some((sent) => matchesTag(run, sent, etag, isSameWeakly))
  if (ifNoneMatch !== 'absent' || lastModified === undefined) return false
  const since = parseHttpDate(exchange.header('if-modified-since'))
  return since !== undefined && lastModified <= since
}

// §13.1.5: a weak tag never matches, a date only exactly, and only once its second is over (§8.8.2.2).
function isSameState({ exchange }: Run, { etag, lastModified }: Validators): boolean {
  const sent = parseIfRange(exchange.header('if-range') ?? '')
  if (typeof sent !== 'number') return sent !== undefined && etag !== undefined && isSameStrongly(sent, etag)
  return sent === lastModified && sent + 1000 <= Date.now()
}

function wantsRange(run: Run): boolean | Promise<boolean> {
  const { exchange, facts, result } = run
  const specs = parseByteRanges(exchange.header('range') ?? '')
  if (specs === undefined || isWebResponse(result)) return false
  const written = facts.write(run)
  return isPromise(written) ? written.then((later) => keep(run, specs, later)) : keep(run, specs, written)
}

function keep(run: Run, specs: readonly RangeSpec[], written: WrittenBody): boolean {
  run.written = written
  const whole = wholeOf(written.body)
  if (whole === undefined) return false
  run.partial = { specs, whole, parts: [] }
  return true
}
