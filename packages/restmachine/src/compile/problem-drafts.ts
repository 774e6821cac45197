import { detailOf, isOfRequest, missingFields } from '../decisions/endings.ts'
import type { Refusal, Run } from '../decisions/run.ts'
import { fieldIn } from '../http/exchange.ts'
import { titleOf } from '../http/status.ts'
import { stringifyJson } from '../representation/json.ts'
import { chooseForm, JSON_FORM, type Problem, type ProblemForm } from '../representation/problem.ts'
import { remembering } from '../representation/remembering.ts'
import type { Ids } from './error-ids.ts'
import { type Draft, draftWith } from './finish.ts'
import type { Services } from './services.ts'

/** Makes the problem that tells of an error. */
export type ProblemDrafts = (run: Run, status: number, refusal: Refusal, ids: Ids) => Draft

/** What all problems of a status have in common on one route, where the refusal says nothing of its own. */
interface Usual {
  /** The JSON up to the status. */
  readonly head: string
  /** The same with the detail, where that is known before the request. */
  readonly settled: string | undefined
  readonly headers: readonly string[] | undefined
}

/**
 * Makes what drafts the problems of a route. Nearly all of a usual one is known before the request: it is
 * written once, and costs a fifth of making the problem and writing that.
 */
export function problemDrafts({ development }: Services): ProblemDrafts {
  const usuals = new Map<number, Usual>()
  const formOf = remembering(chooseForm)

  function formFor({ accept }: Run): ProblemForm {
    return accept === undefined ? JSON_FORM : formOf(accept)
  }

  function usualOf(run: Run, status: number): Usual {
    const known = usuals.get(status)
    if (known !== undefined) return known
    const made = usual(run, status)
    usuals.set(status, made)
    return made
  }

  return (run, status, refusal, ids) => {
    const form = formFor(run)
    const inside = development && run.failure !== undefined && status >= 500
    if (form !== JSON_FORM || inside || !isUsual(refusal)) {
      const body = form.write(problemOf(run, status, refusal, ids, inside))
      return draftWith(status, fieldsOf(form, run, status, refusal), body)
    }
    const { head, settled, headers } = usualOf(run, status)
    const fields =
      headers !== undefined && hasNoFields(refusal) ? headers : fieldsOf(form, run, status, refusal)
    const begun =
      refusal.detail === undefined && settled !== undefined
        ? settled
        : withDetail(head, refusal.detail ?? detailNow(run, status, refusal, fields))
    const body = `${begun},"instance":${quote(instanceOf(run.exchange.target))}${writtenIds(ids)}`
    return draftWith(status, fields, body)
  }
}

function usual(run: Run, status: number): Usual {
  const problem = { type: BLANK, title: titleOf(status), status }
  const head = opened(problem)
  if (isOfRequest(status)) return { head, settled: undefined, headers: undefined }
  const settled = opened({ ...problem, detail: detailOf(status, run) })
  return { head, settled, headers: fieldsOf(JSON_FORM, run, status, NOTHING_REFUSED) }
}

/** A refusal that says no more than its status does. */
export const NOTHING_REFUSED: Refusal = {}
/** A problem that is no more than its status says (RFC 9457 §4.2.1). */
const BLANK = 'about:blank'

/** The JSON of an object, to which more members are added. */
function opened(members: object): string {
  return stringifyJson(members).slice(0, -1)
}

/** Whether it says nothing that stands anywhere but in the usual members, of the usual types. */
function isUsual({ type, title, detail, errors, members }: Refusal): boolean {
  return (
    members === undefined &&
    errors === undefined &&
    type === undefined &&
    title === undefined &&
    (detail === undefined || typeof detail === 'string')
  )
}

function hasNoFields({ headers }: Refusal): boolean {
  return headers === undefined || headers.length === 0
}

function detailNow(
  run: Run,
  status: number,
  refusal: Refusal,
  fields: readonly string[],
): string | undefined {
  return detailOf(status, run, hasNoFields(refusal) ? fieldIn(fields, 'allow') : undefined)
}

function withDetail(head: string, detail: string | undefined): string {
  return detail === undefined ? head : `${head},"detail":${quote(detail)}`
}

function writtenIds({ requestId, traceId, areOwn }: Ids): string {
  if (areOwn && requestId !== undefined && traceId !== undefined)
    return `,"requestId":"${requestId}","traceId":"${traceId}"}`
  const request = requestId === undefined ? '' : `,"requestId":${quote(requestId)}`
  return traceId === undefined ? `${request}}` : `${request},"traceId":${quote(traceId)}}`
}

// Nearly all text is of these characters, and to see that costs half of `JSON.stringify`.
const PLAIN = /^[ !#-[\]-~]*$/

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

function fieldsOf(form: ProblemForm, run: Run, status: number, refusal: Refusal): readonly string[] {
  return ['content-type', form.contentType, ...errorFields(run, status, refusal)]
}

/** The fields of an error but for those of its content, flat; `Vary` because its form is the one that is wanted. */
export function errorFields(run: Run, status: number, { headers = [] }: Refusal): readonly string[] {
  return [...headers, ...missingFields(status, run, headers), 'vary', 'accept']
}

function problemOf(run: Run, status: number, refusal: Refusal, ids: Ids, inside: boolean): Problem {
  const { detail = detailOf(status, run), errors, members, type = BLANK } = refusal
  const { requestId, traceId } = ids
  return {
    ...members,
    type,
    title: refusal.title ?? titleOf(status),
    status,
    ...(detail === undefined ? {} : { detail }),
    instance: instanceOf(run.exchange.target),
    ...(requestId === undefined ? {} : { requestId }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(errors === undefined ? {} : { errors }),
    ...(inside ? { exception: describeError(run.failure) } : {}),
  }
}

// As it was sent: what is decoded is no URI reference any more (RFC 9457 §3.1.5).
function instanceOf(target: string): string {
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  return { name: error.name, message: error.message, stack: error.stack?.split('\n').slice(1, 20) }
}
