import { detailOf, missingFields } from '../decisions/endings.ts'
import type { Callback, Refusal, Run } from '../decisions/run.ts'
import { HttpError } from '../http/http-error.ts'
import type { MediaType } from '../http/media-type.ts'
import type { Outcome } from '../http/outcome.ts'
import { titleOf } from '../http/status.ts'
import { isThenable } from '../injection/thenable.ts'
import { Answer, type HeaderFields } from '../representation/answer.ts'
import { Html } from '../representation/html.ts'
import { type Problem, writeProblem } from '../representation/problem.ts'
import { chooseHandler, type ErrorHandler } from './error-handlers.ts'
import { type Finish, flattenFields, override } from './finish.ts'
import type { Services } from './services.ts'
import { HTML_TYPE, TEXT_TYPE, type Written, writeAs, writePlain } from './write.ts'

/** What failing needs of a route. */
export interface Failing {
  readonly services: Services
  /** The error handlers around the route, those of the innermost layer first. */
  readonly handlers: readonly (readonly ErrorHandler[])[]
  readonly requestId: Callback
  readonly traceId: Callback
  /** Empties the slot of `exception`: a second failure is another one. */
  readonly forgetException: (run: Run) => void
  /** Given late: finishing and failing need each other. */
  readonly finish: () => Finish
}

type Ids = Pick<Problem, 'requestId' | 'traceId'>
type Ended = Outcome | Promise<Outcome>

/** Makes the two ways in which a request of a route goes wrong. */
export function failer(failing: Failing): {
  /** The graph ended with a status that refuses. */
  readonly refuse: (run: Run, status: number) => Ended
  /** Something threw. */
  readonly fail: (run: Run, error: unknown) => Ended
  /** Something threw that was reported where it did. */
  readonly failReported: (run: Run, error: unknown) => Ended
} {
  const { services } = failing

  function write(run: Run, status: number, refusal: Refusal, failure: unknown): Ended {
    const ids = idsOf(run)
    const handler = chooseHandler(failing.handlers, status, run.accept)
    // Nearly always all of it is there: then so is the answer.
    if (handler === undefined && !isThenable(ids)) return end(run, status, refusal, failure, ids, undefined)
    return writeLater(run, status, refusal, failure, ids, handler)
  }

  async function writeLater(
    run: Run,
    status: number,
    refusal: Refusal,
    failure: unknown,
    making: Ids | Promise<Ids>,
    handler: ErrorHandler | undefined,
  ): Promise<Outcome> {
    const ids = await making
    const handled = handler && (await handle(handler, run, status))
    return end(run, status, refusal, failure, ids, handled)
  }

  function end(
    run: Run,
    status: number,
    refusal: Refusal,
    failure: unknown,
    ids: Ids,
    handled: Handled | undefined,
  ): Ended {
    const fields = [...(refusal.headers ?? [])]
    // Who handles an error may make another one of it.
    fields.push(...missingFields(handled?.status ?? status, run, fields))
    fields.push('vary', 'accept')
    if (handled === undefined) {
      const { contentType, body } = writeProblem(problemOf(run, status, refusal, ids), run.accept)
      const headers = ['content-type', contentType, ...fields]
      return failing.finish()(run, { status, headers, body }, failure)
    }
    const headers = override([...contentField(handled.written), ...fields], handled.headers)
    return failing.finish()(run, { status: handled.status, headers, body: handled.written.body }, failure)
  }

  function problemOf(run: Run, status: number, refusal: Refusal, ids: Ids): Problem {
    const { detail = detailOf(status, run), errors, members, type = 'about:blank' } = refusal
    const inside = services.development && run.failure !== undefined && status >= 500
    return {
      ...members,
      type,
      title: refusal.title ?? titleOf(status),
      status,
      ...(detail === undefined ? {} : { detail }),
      instance: instanceOf(run.exchange.target),
      ...ids,
      ...(errors === undefined ? {} : { errors }),
      ...(inside ? { exception: describeError(run.failure) } : {}),
    }
  }

  function idsOf(run: Run): Ids | Promise<Ids> {
    const requestId = idOf(failing.requestId, run, 'requestId')
    const traceId = idOf(failing.traceId, run, 'traceId')
    if (!isThenable(requestId) && !isThenable(traceId)) return { ...requestId, ...traceId }
    return Promise.all([requestId, traceId]).then(([one, other]) => ({ ...one, ...other }))
  }

  // An id that cannot be made is left out; the error it would name is worth more.
  function idOf(callback: Callback, run: Run, name: keyof Ids): Ids | Promise<Ids> {
    function lost(error: unknown): Ids {
      services.logger.error(`The ${name} of ${run.facts.label} failed`, error)
      return {}
    }
    try {
      const id = callback(run)
      return isThenable(id)
        ? Promise.resolve(id).then((later) => ({ [name]: String(later) }), lost)
        : { [name]: String(id) }
    } catch (error) {
      return lost(error)
    }
  }

  async function handle(handler: ErrorHandler, run: Run, status: number): Promise<Handled | undefined> {
    failing.forgetException(run)
    try {
      return read(handler, status, await handler.handle(run))
    } catch (error) {
      services.logger.error(`The error handler for ${status} of ${run.facts.label} failed`, error)
      return undefined
    }
  }

  // The error is worth more than a field of it that cannot be sent.
  function fieldsOf(headers: HeaderFields, run: Run): readonly string[] {
    try {
      return flattenFields(headers)
    } catch (error) {
      services.logger.error(`The header fields of an error of ${run.facts.label} cannot be sent`, error)
      return []
    }
  }

  // Writing an error is not to fail: what is left then is the status.
  function ended(run: Run, status: number, refusal: Refusal, failure: unknown): Ended {
    function lost(error: unknown): Ended {
      services.logger.error(`The error response of ${run.facts.label} cannot be written`, error)
      return failing.finish()(run, { status: 500, headers: [], body: null }, failure ?? error)
    }
    try {
      const outcome = write(run, status, refusal, failure)
      return isThenable(outcome) ? Promise.resolve(outcome).catch(lost) : outcome
    } catch (error) {
      return lost(error)
    }
  }

  function log(run: Run, status: number, failure: unknown): void {
    const { label } = run.facts
    if (isOfLeaving(run, failure))
      services.logger.info(`The client of ${label} left before the answer`, failure)
    else services.logger.error(`${status} in ${label}`, failure)
  }

  function fail(run: Run, error: unknown, report: typeof log): Ended {
    // `throw undefined` is a failure like any other.
    const failure = error ?? new Error(`${String(error)} was thrown`)
    run.failure = failure
    if (failure instanceof HttpError) {
      const { status, detail, options } = failure
      const { headers = {}, cause: _, ...rest } = options
      if (status >= 500) report(run, status, failure)
      const refusal = {
        ...(detail === undefined ? {} : { detail }),
        ...rest,
        headers: fieldsOf(headers, run),
      }
      return ended(run, status, refusal, failure)
    }
    const outcome = ended(run, 500, {}, failure)
    if (!isThenable(outcome)) {
      report(run, 500, failure)
      return outcome
    }
    return Promise.resolve(outcome).then((later) => {
      report(run, 500, failure)
      return later
    })
  }

  return {
    refuse: (run, status) => ended(run, status, run.refusal ?? {}, undefined),
    fail: (run, error) => fail(run, error, log),
    failReported: (run, error) => fail(run, error, () => undefined),
  }
}

/**
 * Whether something failed because the client left. Whoever asked for the signal was told, and fails of it in
 * words of its own; anything else that fails is a fault, whether or not there is still somebody to tell.
 */
function isOfLeaving({ stop, exchange }: Run, failure: unknown): boolean {
  const wasTold = stop !== undefined || (failure instanceof Error && failure.name === 'AbortError')
  return wasTold && stop?.signal.aborted !== true && exchange.signal.aborted
}

interface Handled {
  readonly status: number
  readonly headers: readonly string[]
  readonly written: Written | { readonly contentType: undefined; readonly body: null }
}

function read({ type }: ErrorHandler, status: number, result: unknown): Handled | undefined {
  if (result === undefined || result === null) return undefined
  const body = result instanceof Answer ? result.body : result
  const written =
    body === undefined || body === null ? { contentType: undefined, body: null } : writeError(body, type)
  const own = result instanceof Answer ? result : undefined
  return { status: own?.status ?? status, headers: flattenFields(own?.headers ?? {}), written }
}

function writeError(body: unknown, type: MediaType | undefined): Written {
  if (type !== undefined) return writeAs(type.essence === 'text/html' ? HTML_TYPE : type.essence, body)
  if (body instanceof Html) return { contentType: HTML_TYPE, body: body.toString() }
  return typeof body === 'string' ? { contentType: TEXT_TYPE, body } : writePlain(body)
}

function contentField({ contentType }: { readonly contentType: string | undefined }): string[] {
  return contentType === undefined ? [] : ['content-type', contentType]
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
