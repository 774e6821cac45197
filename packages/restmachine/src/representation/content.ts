import { HttpError } from '../http/http-error.ts'
import type { MediaType } from '../http/media-type.ts'

/**
 * The names under which a function can ask for the content of a request, and the types each reads; those of
 * `parsedBody` are what is accepted.
 */
export const contentReaders: Readonly<Record<string, readonly string[] | 'any'>> = {
  jsonBody: ['application/json'],
  formBody: ['application/x-www-form-urlencoded'],
  multipartBody: ['multipart/form-data'],
  parsedBody: [],
  textBody: 'any',
  bytesBody: 'any',
  body: 'any',
}

/** Whether content of `mediaType` can be read as `type`; `application/problem+json` is JSON too (RFC 6838 §4.2.8). */
export function isOf(mediaType: MediaType, type: string): boolean {
  return mediaType.essence === type || (type === 'application/json' && mediaType.suffix === 'json')
}

/**
 * Checks that content has the type its reader needs.
 *
 * @throws {HttpError} 415 when it has another, or none.
 */
export function checkType(mediaType: MediaType | null, type: string): void {
  if (mediaType === null || !isOf(mediaType, type)) refuseType(mediaType, [type])
}

/** @throws {HttpError} 415, always: the content has a type that none of `types` is. */
export function refuseType(mediaType: MediaType | null, types: readonly string[]): never {
  const given = mediaType === null ? 'no media type that can be read' : `"${mediaType.essence}"`
  const needed = types.length === 0 ? 'none is read' : `${types.join(' or ')} is needed`
  throw new HttpError(415, `The content has ${given}; ${needed}`)
}
