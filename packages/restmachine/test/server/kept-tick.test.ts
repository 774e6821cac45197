import { createHook } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { keepTick } from '../../src/server/kept-tick.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** The ticks that `make` has node make. */
function ticksOf(make: () => void): WeakRef<object>[] {
  const ticks: WeakRef<object>[] = []
  const init = (_id: number, type: string, _trigger: number, tick: object): void => {
    if (type === 'TickObject') ticks.push(new WeakRef(tick))
  }
  const hook = createHook({ init }).enable()
  make()
  hook.disable()
  return ticks
}

async function alive(ticks: readonly WeakRef<object>[]): Promise<number> {
  await turn()
  collectGarbage()
  return ticks.filter((tick) => tick.deref() !== undefined).length
}

it('one tick is kept, and made once', async () => {
  const others = ticksOf(() => process.nextTick(() => undefined))
  const first = ticksOf(keepTick)
  const second = ticksOf(keepTick)
  expect([others.length, first.length, second.length]).toEqual([1, 1, 0])
  expect([await alive(others), await alive(first)]).toEqual([0, 1])
})
