import type { CallbackName } from '../declaration/callbacks.ts'
import { type EntityTag, readEntityTag } from '../http/entity-tag.ts'
import { toLastModified } from '../http/http-date.ts'
import { isThenable } from '../injection/thenable.ts'
import type { ContentCoding } from '../representation/codings.ts'
import { isSafe } from './methods.ts'
import type { RouteFacts, Run, Validators } from './run.ts'

/** In place of an entity tag: it is made from the bytes of the answer. */
export const TAG_OF_ANSWER: unique symbol = Symbol('the tag is made from the answer')

/** What nothing is known of. */
export const NO_VALIDATORS: Validators = { etag: undefined, lastModified: undefined, fromAnswer: false }

/** Makes the function that finds out the validators of a run's representation; each is asked once. */
export function validatorsOf({
  callback,
  method,
}: RouteFacts): (run: Run) => Validators | Promise<Validators> {
  const etag = callback('etag')
  const lastModified = callback('lastModified')
  if (etag === undefined && lastModified === undefined) return () => NO_VALIDATORS
  // What a write compares with is the state of the resource, before it is any representation.
  const suffixOf = (run: Run): string => (isSafe(method) ? representationSuffix(run) : '')

  function keep(run: Run, tag: unknown, date: unknown): Validators {
    const fromAnswer = tag === TAG_OF_ANSWER
    const etag = fromAnswer ? undefined : readTag(tag, suffixOf(run))
    run.validators = { etag, lastModified: readDate(date), fromAnswer }
    return run.validators
  }

  function withDate(run: Run, tag: unknown): Validators | Promise<Validators> {
    const date = lastModified?.(run)
    return isThenable(date)
      ? Promise.resolve(date).then((later) => keep(run, tag, later))
      : keep(run, tag, date)
  }

  return (run) => {
    if (run.validators !== undefined) return run.validators
    if (run.missing) return NO_VALIDATORS
    const tag = etag?.(run)
    if (!isThenable(tag)) return withDate(run, tag)
    return Promise.resolve(tag).then((later) => withDate(run, later))
  }
}

// Each representation has strong tags of its own (RFC 9110 §8.8.3.3).
function representationSuffix({ offer, charset, facts }: Run): string {
  const { tagSuffix = '' } = offer ?? {}
  // What a handler gives may be text whatever was offered: other tags for the same bytes do no harm.
  const isOther = charset !== undefined && charset !== facts.charsets.list[0]
  return isOther ? `${tagSuffix}~${charset.name}` : tagSuffix
}

/** How two entity tags are compared. */
export type Same = (sent: EntityTag, current: EntityTag) => boolean

/**
 * Whether a tag that was sent is that of the representation, as it is or in the coding that was negotiated: which of
 * them the client has depended on how big it was.
 */
export function matchesTag(run: Run, sent: EntityTag, current: EntityTag, same: Same): boolean {
  if (same(sent, current)) return true
  const { coding } = run
  if (coding === null || coding === undefined || !same(sent, codedTag(current, coding))) return false
  run.coded = true
  return true
}

/** The tag of a representation in a content coding: other bytes, so another tag. A weak tag stays what it is. */
export function codedTag(tag: EntityTag, { name }: ContentCoding): EntityTag {
  return tag.weak ? tag : { ...tag, opaque: `${tag.opaque}~${name}` }
}

/** Whether a route declares any validator. */
export function hasValidators({ callback }: RouteFacts): boolean {
  return callback('etag') !== undefined || callback('lastModified') !== undefined
}

function readTag(value: unknown, suffix: string): EntityTag | undefined {
  if (value === undefined || value === null || value === false) return undefined
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
    throw fault('etag', 'a string, or a number that names the version, is needed', value)
  }
  // To call `String` for a string makes a 304 3 % dearer.
  const text = typeof value === 'string' ? value : String(value)
  const written = readEntityTag(text)
  if (written === undefined) throw fault('etag', 'visible characters without quotes are needed', value)
  return suffix === '' ? written : { ...written, opaque: written.opaque + suffix }
}

function readDate(value: unknown): number | undefined {
  if (value === undefined || value === null || value === false) return undefined
  const time = value instanceof Date ? value.getTime() : value
  if (typeof time !== 'number' || !Number.isFinite(time)) {
    throw fault('lastModified', 'a Date, or milliseconds since 1970, is needed', value)
  }
  return toLastModified(time)
}

function fault(name: CallbackName, needed: string, value: unknown): TypeError {
  return new TypeError(`Cannot read what "${name}" answered: ${needed}, got ${typeof value} ${String(value)}`)
}
