import type { Refusal, Run } from '../decisions/run.ts'
import { HttpError } from '../http/http-error.ts'
import type { MediaType } from '../http/media-type.ts'
import type { Outcome } from '../http/outcome.ts'
import { isThenable } from '../injection/thenable.ts'
import { Answer, type HeaderFields } from '../representation/answer.ts'
import { Html } from '../representation/html.ts'
import { type ErrorHandler, handlerChooser } from './error-handlers.ts'
import { type IdSources, type Ids, idsMaker } from './error-ids.ts'
import { draftWith, type Finish, flattenFields, override } from './finish.ts'
import { errorFields, NOTHING_REFUSED, problemDrafts } from './problem-drafts.ts'
import type { Services } from './services.ts'
import { HTML_TYPE, TEXT_TYPE, type Written, writeAs, writePlain } from './write.ts'

/** What failing needs of a route. */
export interface Failing extends IdSources {
  readonly services: Services
  /** The error handlers around the route, those of the innermost layer first. */
  readonly handlers: readonly (readonly ErrorHandler[])[]
  /** Empties the slot of `exception`: a second failure is another one. */
  readonly forgetException: (run: Run) => void
  /** Given late: finishing and failing need each other. */
  readonly finish: () => Finish
}

type Ended = Outcome | Promise<Outcome>

/** The ways in which a request of a route goes wrong. */
interface Failer {
  /** The graph ended with a status that refuses. */
  readonly refuse: (run: Run, status: number) => Ended
  /** Something threw. */
  readonly fail: (run: Run, error: unknown) => Ended
  /** Something threw that was reported where it did. */
  readonly failReported: (run: Run, error: unknown) => Ended
}

/** Makes the ways in which a request of a route goes wrong, when one does: it is a tenth of what a route weighs. */
export function failer(failing: Failing): Failer {
  let made: Failer | undefined
  return {
    refuse: (run, status) => (made ??= makeFailer(failing)).refuse(run, status),
    fail: (run, error) => (made ??= makeFailer(failing)).fail(run, error),
    failReported: (run, error) => (made ??= makeFailer(failing)).failReported(run, error),
  }
}

function makeFailer(failing: Failing): Failer {
  const { services } = failing
  const idsOf = idsMaker(failing)
  const choose = handlerChooser(failing.handlers)
  const draftOf = problemDrafts(services)

  function write(run: Run, status: number, refusal: Refusal, failure: unknown): Ended {
    const ids = idsOf(run)
    const handler = choose?.(status, run)
    // Nearly always all of it is there: then so is the answer.
    if (isThenable(ids)) return ids.then((made) => writeWith(run, status, refusal, failure, made, handler))
    return writeWith(run, status, refusal, failure, ids, handler)
  }

  function writeWith(
    run: Run,
    status: number,
    refusal: Refusal,
    failure: unknown,
    ids: Ids,
    handler: ErrorHandler | undefined,
  ): Ended {
    if (handler === undefined) return end(run, status, refusal, failure, ids, undefined)
    const handled = handle(handler, run, status)
    if (!isThenable(handled)) return end(run, status, refusal, failure, ids, handled)
    return handled.then((later) => end(run, status, refusal, failure, ids, later))
  }

  function end(
    run: Run,
    status: number,
    refusal: Refusal,
    failure: unknown,
    ids: Ids,
    handled: Handled | undefined,
  ): Ended {
    if (handled === undefined) return failing.finish()(run, draftOf(run, status, refusal, ids), failure)
    // Who handles an error may make another one of it.
    const fields = errorFields(run, handled.status, refusal)
    const headers = override([...contentField(handled.written), ...fields], handled.headers)
    return failing.finish()(run, draftWith(handled.status, headers, handled.written.body), failure)
  }

  function handle(
    handler: ErrorHandler,
    run: Run,
    status: number,
  ): Handled | undefined | Promise<Handled | undefined> {
    function lost(error: unknown): undefined {
      services.logger.error(`The error handler for ${status} of ${run.facts.label} failed`, error)
    }
    failing.forgetException(run)
    try {
      const result = handler.handle(run)
      if (!isThenable(result)) return read(handler, status, result)
      return Promise.resolve(result)
        .then((later) => read(handler, status, later))
        .catch(lost)
    } catch (error) {
      return lost(error)
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
  function lost(run: Run, failure: unknown, error: unknown): Ended {
    services.logger.error(`The error response of ${run.facts.label} cannot be written`, error)
    return failing.finish()(run, draftWith(500, [], null), failure ?? error)
  }

  function ended(run: Run, status: number, refusal: Refusal, failure: unknown): Ended {
    try {
      const outcome = write(run, status, refusal, failure)
      return isThenable(outcome)
        ? Promise.resolve(outcome).catch((error) => lost(run, failure, error))
        : outcome
    } catch (error) {
      return lost(run, failure, error)
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
    const outcome = ended(run, 500, NOTHING_REFUSED, failure)
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
    refuse: (run, status) => ended(run, status, run.refusal ?? NOTHING_REFUSED, undefined),
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
