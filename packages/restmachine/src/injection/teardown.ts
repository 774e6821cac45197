import { isThenable } from './thenable.ts'

/** When a provider's generator goes on after its `yield`. */
export type CloseTime = 'before-response' | 'after-response'

/** A generator that has yielded its value and waits to be closed. */
export interface Opening {
  readonly name: string
  readonly generator: Generator | AsyncGenerator
  readonly close: CloseTime
}

/** How long closing one provider may take, in milliseconds. */
export const CLOSE_TIME_LIMIT = 5_000

/**
 * Is told of every closing that fails, with the name of the provider, and whether that is what the request
 * fails with: nothing had failed before.
 */
export type ReportClosing = (name: string, error: unknown, isFirst: boolean) => void

/**
 * Closes what was opened, one after another, last opened first.
 *
 * @param failure What ended the request, if it failed; it is thrown into each generator at its
 *   `yield`, so that it can roll back. Swallowing it there changes nothing.
 * @returns The failure that stands in the end: `failure`, or the first error that closing raised.
 */
export function closeAll(
  openings: readonly Opening[],
  failure: unknown,
  report: ReportClosing,
): unknown | Promise<unknown> {
  for (let index = openings.length - 1; index >= 0; index--) {
    const opening = openings[index] as Opening
    const closing = closeOne(opening, failure, report)
    if (isThenable(closing)) return closeRest(closing, openings.slice(0, index), failure, report)
    failure ??= closing
  }
  return failure
}

async function closeRest(
  closing: PromiseLike<unknown>,
  openings: readonly Opening[],
  failure: unknown,
  report: ReportClosing,
): Promise<unknown> {
  const raised = await closing
  return closeAll(openings, failure ?? raised, report)
}

/** What closing raised: `undefined` when all went well. It never throws. */
function closeOne(opening: Opening, failure: unknown, report: ReportClosing): unknown | Promise<unknown> {
  const fault = (error: unknown): unknown => {
    // The generator let the request's own failure pass: nothing new.
    if (failure !== undefined && error === failure) return undefined
    // `throw undefined` is a failure like any other.
    const raised = error ?? new Error(`${String(error)} was thrown`)
    report(opening.name, raised, failure === undefined)
    return raised
  }
  try {
    const step = failure === undefined ? opening.generator.next() : opening.generator.throw(failure)
    if (!isThenable(step)) return checkDone(opening, step) ?? undefined
    return withTimeLimit(
      opening,
      Promise.resolve(step).then((last) => checkDone(opening, last)),
    ).catch(fault)
  } catch (error) {
    return fault(error)
  }
}

function checkDone({ name, generator }: Opening, step: IteratorResult<unknown>): undefined {
  if (step.done === true) return undefined
  const ending = generator.return(undefined)
  if (isThenable(ending)) Promise.resolve(ending).catch(() => undefined)
  throw new Error(`Cannot close the provider "${name}": it yielded a second time; a provider yields once`)
}

function withTimeLimit(opening: Opening, closing: Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    const fail = () =>
      reject(
        new Error(`Cannot close the provider "${opening.name}": it took longer than ${CLOSE_TIME_LIMIT} ms`),
      )
    timer = setTimeout(fail, CLOSE_TIME_LIMIT)
  })
  return Promise.race([closing, limit]).finally(() => clearTimeout(timer))
}
