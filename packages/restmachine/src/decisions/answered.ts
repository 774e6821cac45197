import { parseEntityTag } from '../http/entity-tag.ts'
import { parseHttpDate } from '../http/http-date.ts'
import { isThenable } from '../injection/thenable.ts'
import { Answer } from '../representation/answer.ts'
import { FileBody } from '../representation/file.ts'
import type { RouteFacts, Run, Validators } from './run.ts'
import { validatorsOf } from './validators.ts'

/** The file that a handler gave; `undefined` when it gave something else. */
export function fileOf({ result }: Run): FileBody | undefined {
  const body = result instanceof Answer ? result.body : result
  return body instanceof FileBody ? body : undefined
}

/**
 * Makes the function that finds out the validators of what the handler gave: what the result says itself,
 * then what the route declares, then what is known of a file.
 */
export function answeredValidatorsOf(facts: RouteFacts): (run: Run) => Validators | Promise<Validators> {
  const declared = validatorsOf(facts)
  return (run) => {
    const current = declared(run)
    return isThenable(current) ? current.then((later) => complete(run, later)) : complete(run, current)
  }
}

function complete(run: Run, declared: Validators): Validators {
  const file = fileOf(run)
  const etag = ownField(run, 'etag')
  const lastModified = ownField(run, 'last-modified')
  return {
    etag: etag === undefined ? (declared.etag ?? file?.etag) : parseEntityTag(etag),
    lastModified:
      lastModified === undefined
        ? (declared.lastModified ?? file?.lastModified)
        : parseHttpDate(lastModified),
  }
}

/** The value of a field that the result sets; `name` is in lower case. */
export function ownField({ result }: Run, name: string): string | undefined {
  if (!(result instanceof Answer) || result.headers === undefined) return undefined
  for (const [key, value] of Object.entries(result.headers))
    if (key.toLowerCase() === name) return String(value)
  return undefined
}
