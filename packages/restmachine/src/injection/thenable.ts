/** Whether `value` is a promise, or behaves like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}

/**
 * Whether what this package itself gives comes later: then it is a promise of the platform, for what others give is
 * taken into one. To know it by its prototype costs 2 ns; to ask for `then`, where as many shapes come by as here, 8.
 */
export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return value instanceof Promise
}
