// Node strips types and has no decorators: these call them as what they are, functions.

type Class = abstract new (...args: never[]) => object

/** `@decorator` above a method. */
export function decorate(of: Class, method: string, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(of.prototype, method)
  if (descriptor === undefined) throw new Error(`cannot decorate ${of.name}: it has no method ${method}`)
  for (const decorator of decorators) decorator(of.prototype, method, descriptor)
}

/** `@decorator` before each parameter of a method, in order. */
export function decorateParameters(
  of: Class,
  method: string,
  ...decorators: readonly ParameterDecorator[]
): void {
  for (const [index, decorator] of decorators.entries()) decorator(of.prototype, method, index)
}

/** `@Inject(…)` before each parameter of a constructor, in order. */
export function decorateConstructor(of: Class, ...decorators: readonly ParameterDecorator[]): void {
  for (const [index, decorator] of decorators.entries()) decorator(of, undefined, index)
}
