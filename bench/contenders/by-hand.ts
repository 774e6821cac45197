// What an application writes itself where its framework has no plugin for it. Entity tags of the bench hold
// no commas and media types no quoted parameters, so splitting is right here.

/** The token of `Authorization: Bearer …` (RFC 6750 §2.1). */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined
  return authorization.slice(7)
}

export type OfferedType = 'application/json' | 'text/html'

/** The entity tag of one representation: what differs in bytes has a tag of its own (RFC 9110 §8.8.3.3). */
export function tagOf(version: string, type: OfferedType): string {
  return type === 'text/html' ? `"${version}~html"` : `"${version}"`
}

/** RFC 9110 §13.1.1; only strong tags match. */
export function ifMatchFails(field: string | undefined, etag: string): boolean {
  return field !== undefined && field !== '*' && !field.split(',').some((sent) => sent.trim() === etag)
}

/** RFC 9110 §13.1.2; weak tags match as well. */
export function isKnownToClient(field: string | undefined, etag: string): boolean {
  if (field === undefined) return false
  return field === '*' || field.split(',').some((sent) => sent.trim().replace(/^W\//, '') === etag)
}

/** The type with the higher quality, JSON where both are as good; `undefined` where neither is wanted. */
export function chooseType(accept: string | undefined): OfferedType | undefined {
  if (accept === undefined) return 'application/json'
  const ranges = accept.split(',').map(readRange)
  const json = qualityOf('application/json', 'application/*', ranges)
  const html = qualityOf('text/html', 'text/*', ranges)
  if (json === 0 && html === 0) return undefined
  return json >= html ? 'application/json' : 'text/html'
}

interface Range {
  readonly type: string
  readonly quality: number
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';')
  const quality = parameters.map((parameter) => parameter.trim()).find((one) => one.startsWith('q='))
  return { type: type.trim().toLowerCase(), quality: quality === undefined ? 1 : Number(quality.slice(2)) }
}

// The most specific range that names the type decides (RFC 9110 §12.5.1).
function qualityOf(type: string, family: string, ranges: readonly Range[]): number {
  for (const name of [type, family, '*/*']) {
    const range = ranges.find((one) => one.type === name)
    if (range !== undefined) return range.quality
  }
  return 0
}
