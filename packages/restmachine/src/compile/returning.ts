import type { Callback } from '../decisions/run.ts'
import { isStream, isWebResponse } from '../http/outcome.ts'
import { isThenable } from '../injection/thenable.ts'
import { Answer } from '../representation/answer.ts'
import { isBlob, SeekableBody } from '../representation/seekable.ts'
import { isItems } from '../representation/streaming.ts'

/** A handler whose results are checked: `check` gives what is sent in place of a body. */
export function checking(enact: Callback, check: (body: unknown) => unknown): Callback {
  function checked(result: unknown): unknown {
    const body = result instanceof Answer ? result.body : result
    if (!isToCheck(result, body)) return result
    const sent = check(body)
    if (!(result instanceof Answer)) return sent
    const wrap = (later: unknown): unknown => new Answer(later, result.status, result.headers)
    return isThenable(sent) ? Promise.resolve(sent).then(wrap) : wrap(sent)
  }

  return (run) => {
    const result = enact(run)
    return isThenable(result) ? Promise.resolve(result).then(checked) : checked(result)
  }
}

// The schema is that of a success; an error that a handler answers with, and what is no data, is none.
function isToCheck(result: unknown, body: unknown): boolean {
  if (body === undefined || body === null || isWebResponse(result)) return false
  if (result instanceof Answer && (result.status ?? 200) >= 300) return false
  return !(
    body instanceof Uint8Array ||
    body instanceof SeekableBody ||
    isStream(body) ||
    isBlob(body) ||
    isItems(body)
  )
}
