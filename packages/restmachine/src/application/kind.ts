/**
 * Which builder a chain of calls goes on with. TypeScript has no types of types; this interface stands
 * in for one: `builder` is filled in by whoever extends it, in terms of `this`.
 */
export interface Kind {
  readonly session: unknown
  readonly provided: unknown
  readonly builder: unknown
}

/** The builder of `Which` with these names. */
export type Builder<Which extends Kind, Session, Provided> = (Which & {
  readonly session: Session
  readonly provided: Provided
})['builder']
