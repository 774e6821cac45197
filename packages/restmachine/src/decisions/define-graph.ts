/** The statuses that the graph can end with; `given` is whatever status the handler chose. */
export type Ending =
  | 200
  | 201
  | 202
  | 204
  | 206
  | 300
  | 303
  | 304
  | 307
  | 308
  | 400
  | 401
  | 403
  | 404
  | 405
  | 406
  | 409
  | 410
  | 411
  | 412
  | 413
  | 414
  | 415
  | 416
  | 417
  | 421
  | 422
  | 428
  | 429
  | 431
  | 451
  | 501
  | 503
  | 'given'

/** One decision: where each answer leads, and the section of the standard that says so. */
export interface Row<Name extends string> {
  readonly yes: Name | Ending
  readonly no: Name | Ending
  readonly rfc: string
}

/** A whole graph. */
export type Graph<Name extends string> = Readonly<Record<Name, Row<Name>>>

/** Checks, while you type, that every arrow in `rows` points at a row or at a status. */
export function defineGraph<const Rows extends { readonly [Name in keyof Rows]: Row<keyof Rows & string> }>(
  rows: Rows,
): Rows {
  return rows
}
