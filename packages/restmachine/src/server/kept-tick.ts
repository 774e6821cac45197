import type { HookCallbacks } from 'node:async_hooks'

/** One tick of `process.nextTick`, for as long as the process lives. */
let kept: object | undefined

/**
 * Keeps what `process.nextTick` makes for each tick, once.
 *
 * Node answers a request in some ten ticks, and makes an object with computed keys for each. When no such object is
 * alive while V8 collects garbage for the first time, V8 forgets their shape, takes the next one for another, and makes
 * them the slow way from then on: a request costs 1 µs more, as long as the process lives. Whether that happens is a
 * matter of a server's first requests. An object that is kept keeps the shape.
 */
export function keepTick(): void {
  // Bun and Deno have ticks of their own.
  if (kept !== undefined || 'bun' in process.versions || 'deno' in process.versions) return
  const { createHook } = process.getBuiltinModule('node:async_hooks')
  const init: HookCallbacks['init'] = (_id, type, _trigger, tick) => {
    if (type === 'TickObject') kept = tick
  }
  // A hook that may see promises makes all of them slower, also when it is off again.
  const options = { init, trackPromises: false }
  if (!leavesPromises(createHook, options)) return
  const hook = createHook(options).enable()
  process.nextTick(() => undefined)
  hook.disable()
}

/** Whether a hook can leave promises alone (Node 24 and newer): then it cannot hear of them either. */
function leavesPromises(createHook: (options: HookCallbacks) => unknown, options: HookCallbacks): boolean {
  try {
    createHook({ ...options, promiseResolve: () => undefined })
    return false
  } catch {
    return true
  }
}
