/** What a case says of the resource: by name, as the vocabulary of the file explains it. */
export type Facts = Readonly<Record<string, unknown>>

/** What the answer of a case must be. */
export interface Expected {
  readonly status?: number | readonly number[]
  readonly statusNot?: number | readonly number[]
  readonly headers?: Readonly<Record<string, string>>
  readonly headersPresent?: readonly string[]
  readonly headersAbsent?: readonly string[]
  readonly negotiated?: Readonly<Record<string, unknown>>
  readonly [other: string]: unknown
}

/** One case of a file of vectors. */
export interface Vector {
  readonly id: string
  readonly profile?: string
  readonly kind?: string
  readonly resource?: Facts
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers?: Readonly<Record<string, unknown>>
    readonly body?: unknown
  }
  readonly expect: Expected
  readonly recommended?: { readonly status: number | readonly number[] }
  readonly disagrees?: boolean
  readonly disagreement?: readonly string[]
}

/** A file of cases; a fact that a case does not name has the default of its profile. */
export interface VectorFile {
  readonly profiles?: Readonly<Record<string, { readonly defaults?: Facts }>>
  readonly vectors: readonly Vector[]
}

/** Why a case cannot be put to this framework; it ends the building of its application. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
}

/** Whether a fact is an object with named members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A fact that is a list of texts. */
export function texts(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw new NotApplicable(`${name}: ${JSON.stringify(value)} is no list of texts`)
}
