/** Whether two types are the same to the compiler, not merely assignable. */
export type Equal<Left, Right> =
  (<Probe>() => Probe extends Left ? 1 : 2) extends <Probe>() => Probe extends Right ? 1 : 2 ? true : false

/** Compiles when `Holds` is `true`. */
export function check<_Holds extends true>(): void {}
