import type { Callback, Run } from '../decisions/run.ts'
import { checkField } from '../http/field.ts'
import { HttpError } from '../http/http-error.ts'
import { formatLocation, isLocation } from '../http/location.ts'
import { isStream, type Outcome, type OutcomeBody } from '../http/outcome.ts'
import { closeAll, type Opening, type ReportClosing } from '../injection/teardown.ts'
import { isThenable } from '../injection/thenable.ts'
import { watchTimes } from '../injection/timing.ts'
import type { HeaderFields } from '../representation/answer.ts'
import type { FieldSource } from './policies.ts'
import type { Services } from './services.ts'

/** A response before the last hands are laid on it: most need none, and go out as they are. */
export interface Draft extends Outcome {
  readonly afterwards: undefined
}

/** A draft; `headers` is flat, its names in lower case. */
export function draftWith(status: number, headers: readonly string[], body: OutcomeBody): Draft {
  return { status, headers, body, afterwards: undefined }
}

/** Ends a run with a draft; `failure` is what went wrong, if anything did. */
export type Finish = (run: Run, draft: Draft, failure?: unknown) => Outcome | Promise<Outcome>

/** Changes a response on its way out. */
export type LastHand = (run: Run, outcome: Outcome) => Outcome | Promise<Outcome>

/** What finishing needs of a route. */
export interface Finishing {
  readonly services: Services
  /** What gives fields for every response: policies, then default header fields. */
  readonly sources: readonly FieldSource[]
  /** What is done to the response when all its fields are known: coding its content, for one. */
  readonly lastHands: readonly LastHand[]
  /** What answers when closing failed, which is reported: a commit that did not go through is no success. */
  readonly fail: (run: Run, error: unknown) => Outcome | Promise<Outcome>
}

/**
 * Makes the last station of a route: default header fields, tear-down, and the fields that
 * providers and tear-down set. A route that has none of these costs a look at three fields.
 */
export function finisher({ services, sources, lastHands, fail }: Finishing): Finish {
  function close(run: Run, draft: Draft, failure: unknown): Outcome | Promise<Outcome> {
    const { opened, isLate } = run
    // What a handler ends with when the time is up goes nowhere; what it opened is not to be committed by it.
    if (isLate && failure === undefined) return draft
    if (isLate) run.closeLate = lateCloser(run, failure, services)
    if (opened === undefined) return leave(run, draft)
    const streams = isStream(draft.body)
    const later = opened.filter((opening) => streams || opening.close === 'after-response')
    const now = opened.filter((opening) => !later.includes(opening))
    run.opened = undefined
    const report = answeringReporter(run, services)
    const ended =
      run.timings === undefined
        ? closeAll(now, failure, report)
        : watchTimes('tear-down', () => closeAll(now, failure, report))(run)
    if (!isThenable(ended)) return closed(run, draft, failure, ended, later)
    const over = Promise.resolve(ended)
    if (!isLate) return over.then((end) => closed(run, draft, failure, end, later))
    // Whoever waited too long does not wait for this, too: a roll-back changes nothing of the answer.
    return leave(run, draft, (broken) =>
      over.then(() => closeAll(later, failure ?? broken, reporter(run, services))),
    )
  }

  function closed(
    run: Run,
    draft: Draft,
    failure: unknown,
    end: unknown,
    later: Opening[],
  ): Outcome | Promise<Outcome> {
    if (end !== failure) {
      run.opened = later.length === 0 ? undefined : later
      return fail(run, end)
    }
    if (later.length === 0) {
      run.closeLate = lateCloser(run, failure, services)
      return leave(run, draft)
    }
    return leave(run, draft, async (broken) => {
      run.closeLate = lateCloser(run, failure ?? broken, services)
      await closeAll(later, failure ?? broken, reporter(run, services))
    })
  }

  function leave(run: Run, draft: Draft, afterwards?: Outcome['afterwards']): Outcome | Promise<Outcome> {
    const own = run.responseHeaders?.lines
    const headers = own === undefined || own.length === 0 ? draft.headers : override(draft.headers, own)
    const isWhole = headers === draft.headers && afterwards === undefined
    const outcome = isWhole ? draft : { status: draft.status, headers, body: draft.body, afterwards }
    return lastHands.length === 0 ? outcome : inTurn(lastHands, run, outcome)
  }

  if (sources.length === 0) return close
  return (run, draft, failure) => {
    const given = gather(sources, run, draft.status, services)
    return isThenable(given)
      ? Promise.resolve(given).then((fields) => close(run, withDefaults(draft, fields), failure))
      : close(run, withDefaults(draft, given), failure)
  }
}

function inTurn(hands: readonly LastHand[], run: Run, made: Outcome, from = 0): Outcome | Promise<Outcome> {
  let outcome = made
  for (let index = from; index < hands.length; index++) {
    const next = (hands[index] as LastHand)(run, outcome)
    if (isThenable(next)) return Promise.resolve(next).then((later) => inTurn(hands, run, later, index + 1))
    outcome = next
  }
  return outcome
}

/** What closes a provider that opens when its request is over already, by the failure that ended it. */
function lateCloser(run: Run, failure: unknown, services: Services): (opening: Opening) => void {
  return (opening) => void closeAll([opening], failure, reporter(run, services))
}

/** What a provider refuses with before there is an answer is the answer, and nothing that went wrong. */
function answeringReporter(run: Run, services: Services): ReportClosing {
  const report = reporter(run, services)
  return (name, error, isFirst) => {
    if (!isFirst || !isRefusal(error)) report(name, error, isFirst)
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof HttpError && error.status < 500
}

function reporter({ facts }: Run, { logger }: Services): ReportClosing {
  return (name, error) => logger.error(`Closing the provider "${name}" failed in ${facts.label}`, error)
}

function withDefaults(draft: Draft, fields: readonly string[]): Draft {
  return { ...draft, headers: override(fields, draft.headers) }
}

// Fields that cannot be had are no reason to fail the response.
function gather(
  sources: readonly FieldSource[],
  run: Run,
  status: number,
  { logger }: Services,
): readonly string[] | Promise<readonly string[]> {
  function lost(error: unknown): readonly string[] {
    logger.error(`A policy or default header of ${run.facts.label} failed`, error)
    return []
  }
  const fields = sources.map((source) => {
    try {
      const given = source(run, status)
      return isThenable(given) ? Promise.resolve(given).catch(lost) : given
    } catch (error) {
      return lost(error)
    }
  })
  return fields.some(isThenable)
    ? Promise.all(fields).then(overrideAll)
    : overrideAll(fields as (readonly string[])[])
}

function overrideAll(fields: readonly (readonly string[])[]): readonly string[] {
  return fields.reduce(override, [])
}

/** A function of the user that gives default header fields, as a source of fields. */
export function defaultsSource(give: Callback): FieldSource {
  const flatten = (given: unknown): readonly string[] =>
    given === undefined || given === null ? [] : flattenFields(given as HeaderFields)
  return (run) => {
    const given = give(run)
    return isThenable(given) ? Promise.resolve(given).then(flatten) : flatten(given)
  }
}

/**
 * Header fields as a user writes them, flat and in lower case.
 *
 * @throws {TypeError} When a name or a value cannot stand in a header.
 */
export function flattenFields(fields: HeaderFields): string[] {
  const flat: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    for (const line of Array.isArray(value) ? value : [value]) {
      const value = isLocation(name) ? formatLocation(String(line)) : String(line)
      checkField(name, value)
      flat.push(name.toLowerCase(), value)
    }
  }
  return flat
}

/** `fields` with every field that `winning` has taken from there; `Vary` and `Set-Cookie` add up. */
export function override(fields: readonly string[], winning: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] as string
    const adds = name === 'vary' || name === 'set-cookie'
    if (adds || !winning.some((other, at) => at % 2 === 0 && other === name))
      kept.push(name, fields[index + 1] as string)
  }
  return [...kept, ...winning]
}
