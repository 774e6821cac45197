import type { Ending } from '../decisions/define-graph.ts'
import { isRead } from '../decisions/methods.ts'
import type { RouteFacts, Run, Validators } from '../decisions/run.ts'
import { hasValidators, validatorsOf } from '../decisions/validators.ts'
import { formatAllow } from '../http/allow.ts'
import { formatEntityTag } from '../http/entity-tag.ts'
import { formatHttpDate } from '../http/http-date.ts'
import { isWebResponse, type Outcome } from '../http/outcome.ts'
import { isThenable } from '../injection/thenable.ts'
import { Answer } from '../representation/answer.ts'
import type { Pipeline } from './compile.ts'
import { type Finish, flattenFields, override } from './finish.ts'
import { preflightAnswer } from './preflight.ts'
import { type Written, writeAs, writeNegotiated } from './write.ts'

type Ended = Outcome | Promise<Outcome>

/** What the ends of the graph need of a route. */
export interface Answering {
  readonly facts: RouteFacts
  readonly finish: Finish
  /** Ends a run with a status that refuses. */
  readonly refuse: (run: Run, status: number) => Ended
}

/** Makes what happens at each end of the graph for one route. */
export function endingsOf({ facts, finish, refuse }: Answering): (ending: Ending) => Pipeline<Run, Outcome> {
  const { offers, settings } = facts
  // What was negotiated is told to caches, on every answer (RFC 9110 §12.5.5).
  const vary: readonly string[] =
    offers.length > 1 && !settings.skipContentNegotiation ? ['vary', 'accept'] : []
  const sendsValidators = isRead(facts.method) && hasValidators(facts) && !settings.bypassStateMachine
  const validators = validatorsOf(facts)
  const plain = new Map<string | undefined, readonly string[]>()

  // The header list of a plain answer is made once for each content type.
  function fieldsFor(contentType: string | undefined): readonly string[] {
    const known = plain.get(contentType)
    if (known !== undefined) return known
    const fields = contentType === undefined ? vary : ['content-type', contentType, ...vary]
    plain.set(contentType, fields)
    return fields
  }

  function withValidators(
    run: Run,
    fields: readonly string[],
    next: (fields: readonly string[]) => Ended,
  ): Ended {
    if (!sendsValidators) return next(fields)
    const current = validators(run)
    return isThenable(current)
      ? current.then((later) => next([...fields, ...validatorFields(later)]))
      : next([...fields, ...validatorFields(current)])
  }

  function send(run: Run, status: number, written: Written | undefined): Ended {
    const fields = written === undefined ? vary : fieldsFor(written.contentType)
    const body = written?.body ?? null
    const { result } = run
    const own = result instanceof Answer ? result.headers : undefined
    // What a handler refuses with is no representation of the resource, and has none of its validators.
    const validated = sendsValidators && status < 300
    if (own === undefined && !validated) return finish(run, { status, headers: fields, body })
    function end(all: readonly string[]): Ended {
      return finish(run, {
        status,
        headers: own === undefined ? all : override(all, flattenFields(own)),
        body,
      })
    }
    return validated ? withValidators(run, fields, end) : end(fields)
  }

  function answer(status: number): Pipeline<Run, Outcome> {
    return (run) => {
      const { result } = run
      if (isWebResponse(result)) return finish(run, draftOf(result))
      const body = result instanceof Answer ? result.body : result
      const nothing = body === undefined || body === null
      const usual = nothing && status === 200 ? 204 : status
      const chosen = result instanceof Answer ? (result.status ?? usual) : usual
      if (nothing || isEmpty(chosen)) return send(run, chosen, undefined)
      const written = namesType(result) ? writeAs(undefined, body) : writeNegotiated(run, body)
      return isThenable(written)
        ? written.then((later) => send(run, chosen, later))
        : send(run, chosen, written)
    }
  }

  function empty(status: number): Pipeline<Run, Outcome> {
    return (run) => send(run, status, undefined)
  }

  function redirect(status: number): Pipeline<Run, Outcome> {
    return (run) => {
      const { headers = [], status: other = status } = run.refusal ?? {}
      if (other < 300 || other > 399) throw new RangeError(`Cannot redirect: ${other} is no status for that`)
      return finish(run, { status: other, headers: [...vary, ...headers], body: null })
    }
  }

  return (ending) => {
    if (ending === 'given') return answer(200)
    if (ending === 204 && facts.kind === 'preflight') return preflightAnswer(finish)
    if (ending === 204 && facts.kind === 'options') {
      return (run) => finish(run, { status: 204, headers: ['allow', formatAllow(run.allowed)], body: null })
    }
    if (ending === 204) return empty(204)
    if (ending === 304) {
      return (run) =>
        withValidators(run, vary, (headers) => finish(run, { status: 304, headers, body: null }))
    }
    if (ending === 307 || ending === 308 || ending === 300) return redirect(ending)
    if (ending >= 400) return (run) => refuse(run, ending)
    return answer(ending)
  }
}

// RFC 9110 §15.3.5, §15.3.6 and §15.4.5: these have no content, whatever the handler gave.
function isEmpty(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

// What has a content type of its own is what it says: `respond('<a/>', 200, { 'content-type': 'text/xml' })`.
function namesType(result: unknown): boolean {
  if (!(result instanceof Answer) || result.headers === undefined) return false
  return Object.keys(result.headers).some((name) => name.toLowerCase() === 'content-type')
}

function draftOf(response: Response): { status: number; headers: readonly string[]; body: Response['body'] } {
  if (response.bodyUsed)
    throw new TypeError('Cannot send the Response: its body was read before; make one for each request')
  const headers: string[] = []
  // Iterating gives each Set-Cookie by itself (RFC 6265 §3).
  for (const [name, value] of response.headers) headers.push(name, value)
  return { status: response.status, headers, body: response.body }
}

function validatorFields({ etag, lastModified }: Validators): string[] {
  const fields: string[] = []
  if (etag !== undefined) fields.push('etag', formatEntityTag(etag))
  if (lastModified !== undefined) fields.push('last-modified', formatHttpDate(lastModified))
  return fields
}
