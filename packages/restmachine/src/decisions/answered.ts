import { parseEntityTag } from '../http/entity-tag.ts'
import { parseHttpDate } from '../http/http-date.ts'
import { isWebResponse } from '../http/outcome.ts'
import { isPromise } from '../injection/thenable.ts'
import { Answer } from '../representation/answer.ts'
import { tagOfBody } from '../representation/body-tag.ts'
import { SeekableBody } from '../representation/seekable.ts'
import type { RouteFacts, Run, Validators, WrittenBody } from './run.ts'
import { NO_VALIDATORS, validatorsOf } from './validators.ts'

/** The file that a handler gave; `undefined` when it gave something else. */
export function fileOf({ result, written }: Run): SeekableBody | undefined {
  const body = result instanceof Answer ? result.body : result
  if (body instanceof SeekableBody) return body
  return written?.body instanceof SeekableBody ? written.body : undefined
}

/**
 * Makes the function that finds out the validators of what the handler gave: what the result says itself,
 * then what the route declares, then what is known of a file.
 */
export function answeredValidatorsOf(facts: RouteFacts): (run: Run) => Validators | Promise<Validators> {
  const declared = validatorsOf(facts)
  return (run) => {
    const current = run.recalled ? NO_VALIDATORS : declared(run)
    return isPromise(current) ? current.then((later) => complete(run, later)) : complete(run, current)
  }
}

/** Whether the answer itself may say what state it is of, besides what the route declares. */
export function bringsValidators(run: Run): boolean {
  return (
    fileOf(run) !== undefined ||
    givenField(run, 'etag') !== undefined ||
    givenField(run, 'last-modified') !== undefined
  )
}

function complete(run: Run, declared: Validators): Validators | Promise<Validators> {
  // Where there is no answer yet, or only data, nothing else can say what state it is of.
  const isMute = (run.isData || run.result === undefined) && run.responseHeaders === undefined
  if (isMute && !declared.fromAnswer) return declared
  const file = fileOf(run)
  const etag = givenField(run, 'etag')
  const lastModified = givenField(run, 'last-modified')
  const found: Validators = {
    etag: etag === undefined ? (declared.etag ?? file?.etag) : parseEntityTag(etag),
    lastModified:
      lastModified === undefined
        ? (declared.lastModified ?? file?.lastModified)
        : parseHttpDate(lastModified),
    fromAnswer: declared.fromAnswer,
  }
  return declared.fromAnswer && found.etag === undefined ? withTagOfBody(run, found) : found
}

// What cannot be told by its bytes, because there are none or they come later, has no tag.
function withTagOfBody(run: Run, found: Validators): Validators | Promise<Validators> {
  const { result } = run
  const body = result instanceof Answer ? result.body : result
  if (body === undefined || body === null || isWebResponse(result)) return found
  const written = run.written ?? run.facts.write(run)
  return isPromise(written) ? written.then((later) => tagged(run, found, later)) : tagged(run, found, written)
}

function tagged(run: Run, found: Validators, written: WrittenBody): Validators | Promise<Validators> {
  run.written = written
  const { body } = written
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return found
  const opaque = tagOfBody(body)
  return typeof opaque === 'string'
    ? { ...found, etag: { opaque, weak: false } }
    : opaque.then((later) => ({ ...found, etag: { opaque: later, weak: false } }))
}

/** The value of a field that the result sets; `name` is in lower case. */
export function ownField({ result }: Run, name: string): string | undefined {
  if (!(result instanceof Answer) || result.headers === undefined) return undefined
  for (const [key, value] of Object.entries(result.headers))
    if (key.toLowerCase() === name) return String(value)
  return undefined
}

// What `responseHeaders` has wins on the wire, too.
function givenField(run: Run, name: string): string | undefined {
  return run.responseHeaders?.get(name) ?? ownField(run, name)
}
