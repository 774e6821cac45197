/** How the answer of a callback is read. */
export interface CallbackKind {
  /**
   * `must`: anything absent (`undefined`, `null`, `false`) refuses; of a guard also `''` and `0`, because
   * an empty key is no key. `mustNot`: anything present refuses. `may`: a question with two good
   * answers. `value`: what it gives is used as it is.
   */
  readonly asks: 'must' | 'mustNot' | 'may' | 'value'
  /** A guard acts on every route of its layer, whether its value is used or not. */
  readonly guard: boolean
  /** The status for whoever needs the value of a `must` that is not there. */
  readonly refusal: number
}

function kind(asks: CallbackKind['asks'], refusal: number, guard = false): CallbackKind {
  return { asks, guard, refusal }
}

/** The decisions a user may answer. */
export const callbackKinds = {
  serviceAvailable: kind('must', 503),
  knownMethod: kind('must', 501),
  uriTooLong: kind('mustNot', 414),
  methodAllowed: kind('must', 405),
  malformedRequest: kind('mustNot', 400),
  authorized: kind('must', 401, true),
  forbidden: kind('mustNot', 403, true),
  unavailableForLegalReasons: kind('mustNot', 451),
  rateLimited: kind('mustNot', 429, true),
  validContentHeaders: kind('must', 400),
  resourceExists: kind('must', 404),
  multipleChoices: kind('may', 300),
  previouslyExisted: kind('may', 410),
  movedPermanently: kind('may', 308),
  movedTemporarily: kind('may', 307),
  conflict: kind('mustNot', 409),
  preconditionRequired: kind('may', 428),
  etag: kind('value', 500),
  lastModified: kind('value', 500),
} as const satisfies Readonly<Record<string, CallbackKind>>

/** The name of a decision that a user may answer. */
export type CallbackName = keyof typeof callbackKinds

/** All names, for checking options. */
export const callbackNames: readonly CallbackName[] = Object.keys(callbackKinds) as CallbackName[]
