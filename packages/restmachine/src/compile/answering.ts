import { answeredValidatorsOf, bringsValidators } from '../decisions/answered.ts'
import type { Ending } from '../decisions/define-graph.ts'
import { acceptingFields, missingFields } from '../decisions/endings.ts'
import { hasRanges, isRead, isSafe } from '../decisions/methods.ts'
import { appliedPreferences, wantsMinimum } from '../decisions/preferring.ts'
import type { RouteFacts, Run, Validators, WrittenBody } from '../decisions/run.ts'
import { hasValidators, NO_VALIDATORS } from '../decisions/validators.ts'
import { formatAllow } from '../http/allow.ts'
import { isWebResponse, type Outcome } from '../http/outcome.ts'
import { formatPreferenceApplied } from '../http/prefer.ts'
import { isPromise } from '../injection/thenable.ts'
import { Answer, type HeaderFields } from '../representation/answer.ts'
import { SeekableBody } from '../representation/seekable.ts'
import { VARY_CODING } from './coding.ts'
import type { Pipeline } from './compile.ts'
import { type Draft, draftWith, type Finish, flattenFields, override } from './finish.ts'
import { preflightAnswer } from './preflight.ts'
import { offersRanges, sentOf, writeResult } from './ranging.ts'
import { redirector } from './redirecting.ts'
import { withValidatorFields } from './validator-fields.ts'
import { JSON_TYPE } from './write.ts'

type Ended = Outcome | Promise<Outcome>

const NOTHING = { body: null, fields: [] as readonly string[] }
/** Fields of content that is not there when a client wants as little as can be (RFC 7240 §4.2). */
const OF_CONTENT = [
  'content-type',
  'content-language',
  'content-encoding',
  'content-length',
  'content-range',
  'content-disposition',
  'content-digest',
  'repr-digest',
]
const KEPT_WHEN_CURRENT = ['cache-control', 'content-location', 'expires', 'set-cookie', 'vary']
const MAX_REMEMBERED_TYPES = 100

/** What the ends of the graph need of a route. */
export interface Answering {
  readonly facts: RouteFacts
  readonly finish: Finish
  /** Ends a run with a status that refuses. */
  readonly refuse: (run: Run, status: number) => Ended
}

/** Makes what happens at each end of the graph for one route. */
export function endingsOf({ facts, finish, refuse }: Answering): (ending: Ending) => Pipeline<Run, Outcome> {
  const { offers, settings, compression } = facts
  const codes = compression !== undefined && compression.codings.length > 0 && !settings.bypassStateMachine
  // What was negotiated is told to caches, on every answer (RFC 9110 §12.5.5).
  const vary: readonly string[] =
    offers.length > 1 && !settings.skipContentNegotiation ? ['vary', 'accept'] : []
  const reads = isRead(facts.method)
  const ranges = hasRanges(facts.method)
  const safe = isSafe(facts.method)
  const declaresValidators = reads && hasValidators(facts) && !settings.bypassStateMachine
  const validators = settings.bypassStateMachine ? () => NO_VALIDATORS : answeredValidatorsOf(facts)
  const json: readonly string[] = ['content-type', JSON_TYPE, ...vary]
  const plain = new Map<string | undefined, readonly string[]>([[JSON_TYPE, json]])
  const offering = new Map<string | undefined, readonly string[]>()
  const varied = new Map<readonly string[], readonly string[]>()
  const redirect = redirector(finish, vary)

  // The header list of a plain answer is made once for each content type.
  function fieldsFor(written: WrittenBody | undefined, status: number): readonly string[] {
    if (written === undefined) return vary
    if (written.contentType === JSON_TYPE && typeof written.body === 'string') return json
    const inParts = ranges && (status === 200 || status === 206) && offersRanges(written)
    const made = inParts ? offering : plain
    const { contentType } = written
    const known = made.get(contentType)
    if (known !== undefined) return known
    const type = contentType === undefined ? [] : ['content-type', contentType]
    const fields = [...type, ...(inParts ? ['accept-ranges', 'bytes'] : []), ...vary]
    // Handlers choose the types of files: what they choose is not kept without bound.
    if (made.size < MAX_REMEMBERED_TYPES) made.set(contentType, fields)
    return fields
  }

  // What nobody changes any more says at once that it may come coded: lists that are made once are varied once.
  function varying(fields: readonly string[], { contentType }: WrittenBody): readonly string[] {
    const known = varied.get(fields)
    if (known !== undefined) return known
    const isCodable = contentType !== undefined && compression?.compresses(contentType) === true
    const made = isCodable ? [...fields, ...VARY_CODING] : fields
    if (fields === plain.get(contentType)) varied.set(fields, made)
    return made
  }

  function withValidators(
    run: Run,
    fields: readonly string[],
    next: (fields: readonly string[]) => Ended,
  ): Ended {
    const current = validators(run)
    return isPromise(current)
      ? current.then((later) => next(withValidatorFields(fields, later)))
      : next(withValidatorFields(fields, current))
  }

  function send(run: Run, status: number, written: WrittenBody | undefined): Ended {
    const fields = told(run, status, written, fieldsFor(written, status))
    const { result } = run
    const isText = written !== undefined && typeof written.body === 'string'
    // Nearly every answer: text, as it is, with nothing of its own.
    if (isText && !declaresValidators && run.partial === undefined && !(result instanceof Answer)) {
      const headers = codes && run.responseHeaders === undefined ? varying(fields, written) : fields
      return finish(run, draftWith(status, headers, written.body as string))
    }
    const own = result instanceof Answer ? result.headers : undefined
    const sent = written === undefined ? NOTHING : sentOf(run, status, written)
    const file = written?.body instanceof SeekableBody ? written.body : undefined
    // What a handler refuses with is no representation of the resource, and has none of its validators.
    const validated = (declaresValidators || (reads && file !== undefined)) && status < 300
    if (validated) run.written = written
    if (own === undefined && !validated && sent.fields.length === 0)
      return finish(run, draftWith(status, withNeeded(run, status, fields), sent.body))
    function end(all: readonly string[]): Ended {
      const described =
        file?.disposition === undefined ? all : [...all, 'content-disposition', file.disposition]
      const chosen = own === undefined ? described : override(described, ownFields(run, written, own))
      const headers = sent.fields.length === 0 ? chosen : override(chosen, sent.fields)
      return finish(run, draftWith(status, withNeeded(run, status, headers), sent.body))
    }
    return validated ? withValidators(run, fields, end) : end(fields)
  }

  // What was honoured of the client's wishes (RFC 7240 §3); a read has none that show in its status.
  function told(
    run: Run,
    status: number,
    written: WrittenBody | undefined,
    fields: readonly string[],
  ): readonly string[] {
    if (safe && status !== 202) return fields
    const applied = appliedPreferences(run, status, written !== undefined)
    return applied === undefined
      ? fields
      : [...fields, 'preference-applied', formatPreferenceApplied(applied)]
  }

  function sendWritten(run: Run, status: number): Ended {
    const written = run.written ?? writeResult(run)
    return isPromise(written) ? written.then((later) => send(run, status, later)) : send(run, status, written)
  }

  function answer(status: number): Pipeline<Run, Outcome> {
    return (run) => {
      if (run.isData && (status === 200 || status === 206)) return sendWritten(run, status)
      const { result } = run
      if (isWebResponse(result)) return finish(run, draftOf(run, result))
      const body = result instanceof Answer ? result.body : result
      const nothing = body === undefined || body === null
      const usual = nothing && status === 200 ? 204 : status
      // A part is what the client asked for, of what the handler gave with 200.
      const chosen = result instanceof Answer && status !== 206 ? (result.status ?? usual) : usual
      const unwanted = chosen === 201 && wantsMinimum(run)
      if (nothing || unwanted || isEmpty(chosen)) return send(run, chosen, undefined)
      return sendWritten(run, chosen)
    }
  }

  function current(run: Run): Ended {
    const fields = run.result instanceof Answer ? [...vary, ...keptOf(run.result)] : vary
    if (!declaresValidators && !bringsValidators(run)) return unchanged(run, fields, NO_VALIDATORS)
    const found = validators(run)
    return isPromise(found)
      ? found.then((later) => unchanged(run, fields, later))
      : unchanged(run, fields, found)
  }

  function unchanged(run: Run, fields: readonly string[], found: Validators): Ended {
    return finish(run, draftWith(304, withValidatorFields(fields, found), null))
  }

  function empty(status: number): Pipeline<Run, Outcome> {
    return (run) => send(run, status, undefined)
  }

  return (ending) => {
    if (ending === 'given') return answer(200)
    if (ending === 204 && facts.kind === 'preflight') return preflightAnswer(finish)
    if (ending === 204 && facts.kind === 'options') {
      return (run) => {
        const headers = ['allow', formatAllow(run.allowed), ...acceptingFields(run)]
        return finish(run, draftWith(204, headers, null))
      }
    }
    if (ending === 204) return empty(204)
    if (ending === 304) return current
    if (ending === 307 || ending === 308 || ending === 300) return redirect(ending)
    if (ending >= 400) return (run) => refuse(run, ending)
    return answer(ending)
  }
}

/** The fields that a handler gave, without those of content that it gave and nobody wants. */
function ownFields(run: Run, written: WrittenBody | undefined, own: HeaderFields): readonly string[] {
  const fields = flattenFields(own)
  if (written !== undefined || !wantsMinimum(run) || !hasBody(run)) return fields
  return fields.filter((_, at) => !OF_CONTENT.includes(fields[at & ~1] as string))
}

function hasBody({ result }: Run): boolean {
  return result instanceof Answer && result.body !== undefined && result.body !== null
}

// RFC 9110 §15.3.5, §15.3.6 and §15.4.5: these have no content, whatever the handler gave.
function isEmpty(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

/** What a 304 takes over of the fields that the handler set (RFC 9110 §15.4.5). */
function keptOf({ headers }: Answer): string[] {
  const own = headers === undefined ? [] : flattenFields(headers)
  return own.filter((_, at) => KEPT_WHEN_CURRENT.includes(own[at & ~1] as string))
}

/** What a status needs (RFC 9110 §15.5) it needs as well when a handler gives it. */
function withNeeded(run: Run, status: number, fields: readonly string[]): readonly string[] {
  return status < 400 ? fields : [...fields, ...missingFields(status, run, fields)]
}

function draftOf(run: Run, response: Response): Draft {
  if (response.bodyUsed)
    throw new TypeError('Cannot send the Response: its body was read before; make one for each request')
  const headers: string[] = []
  // Iterating gives each Set-Cookie by itself (RFC 6265 §3).
  for (const [name, value] of response.headers) headers.push(name, value)
  const { status, body } = response
  // It goes out as it is, but for what these two may not do without (RFC 9110 §15.5.2, §15.5.6).
  const isBound = status === 401 || status === 405
  return draftWith(status, isBound ? withNeeded(run, status, headers) : headers, body)
}
