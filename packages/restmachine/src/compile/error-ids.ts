import type { Callback, Run } from '../decisions/run.ts'
import { isThenable } from '../injection/thenable.ts'
import type { Services } from './services.ts'

/** What tells one error from the others; what could not be made is `undefined`. */
export interface Ids {
  readonly requestId: string | undefined
  readonly traceId: string | undefined
  /** Whether they are of the framework's own making: letters, digits and dashes, which need no escaping. */
  readonly areOwn: boolean
}

type IdName = 'requestId' | 'traceId'

/** What the ids of a route are made by. */
export interface IdSources {
  readonly requestId: Callback
  readonly traceId: Callback
  /** Whether both are of the framework's own making. */
  readonly areOwn: boolean
}

interface IdsMaking extends IdSources {
  readonly services: Services
}

/** Makes what gives the ids for an error. One that cannot be made is left out; the error it would name is worth more. */
export function idsMaker({
  services,
  requestId,
  traceId,
  areOwn,
}: IdsMaking): (run: Run) => Ids | Promise<Ids> {
  function lost(run: Run, name: IdName, error: unknown): undefined {
    services.logger.error(`The ${name} of ${run.facts.label} failed`, error)
  }

  function idOf(
    callback: Callback,
    run: Run,
    name: IdName,
  ): string | undefined | Promise<string | undefined> {
    try {
      const id = callback(run)
      if (!isThenable(id)) return String(id)
      return Promise.resolve(id).then(
        (later) => String(later),
        (error) => lost(run, name, error),
      )
    } catch (error) {
      return lost(run, name, error)
    }
  }

  return (run) => {
    const one = idOf(requestId, run, 'requestId')
    const other = idOf(traceId, run, 'traceId')
    return isThenable(one) || isThenable(other)
      ? together(one, other)
      : { requestId: one, traceId: other, areOwn }
  }
}

async function together(
  one: string | undefined | Promise<string | undefined>,
  other: string | undefined | Promise<string | undefined>,
): Promise<Ids> {
  const [requestId, traceId] = await Promise.all([one, other])
  return { requestId, traceId, areOwn: false }
}
