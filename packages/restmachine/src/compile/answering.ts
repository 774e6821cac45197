import type { Ending } from '../decisions/define-graph.ts'
import { isRead } from '../decisions/methods.ts'
import type { RouteFacts, Run, Validators } from '../decisions/run.ts'
import { hasValidators, validatorsOf } from '../decisions/validators.ts'
import { formatAllow } from '../http/allow.ts'
import { formatEntityTag } from '../http/entity-tag.ts'
import { formatHttpDate } from '../http/http-date.ts'
import type { Outcome } from '../http/outcome.ts'
import { isThenable } from '../injection/thenable.ts'
import { Answer } from '../representation/answer.ts'
import type { Pipeline } from './compile.ts'
import { type Finish, flattenFields, override } from './finish.ts'
import { type Written, writeNegotiated } from './write.ts'

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
  const { offers } = facts
  // What was negotiated is told to caches, on every answer (RFC 9110 §12.5.5).
  const vary: readonly string[] =
    offers.length > 1 && !facts.settings.skipContentNegotiation ? ['vary', 'accept'] : []
  const sendsValidators = isRead(facts.method) && hasValidators(facts)
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
    if (own === undefined && !sendsValidators) return finish(run, { status, headers: fields, body })
    return withValidators(run, fields, (all) =>
      finish(run, { status, headers: own === undefined ? all : override(all, flattenFields(own)), body }),
    )
  }

  function answer(status: number): Pipeline<Run, Outcome> {
    return (run) => {
      const { result } = run
      if (result instanceof Response) return finish(run, draftOf(result))
      const body = result instanceof Answer ? result.body : result
      const chosen = result instanceof Answer ? (result.status ?? status) : status
      if (body === undefined || body === null) return send(run, chosen, undefined)
      const written = ownText(result) ?? writeNegotiated(run, body)
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
      return finish(run, { status: other, headers: [...vary, ...headers], body: null })
    }
  }

  return (ending) => {
    if (ending === 'given') return answer(200)
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

// Text with a content type of its own is what it says it is: `respond('<a/>', 200, { 'content-type': 'text/xml' })`.
function ownText(result: unknown): Written | undefined {
  if (!(result instanceof Answer) || typeof result.body !== 'string' || result.headers === undefined)
    return undefined
  const named = Object.keys(result.headers).some((name) => name.toLowerCase() === 'content-type')
  return named ? { contentType: undefined, body: result.body } : undefined
}

function draftOf(response: Response): { status: number; headers: readonly string[]; body: Response['body'] } {
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
