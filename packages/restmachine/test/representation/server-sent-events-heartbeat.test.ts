import { afterEach, assert, beforeEach, describe, it, vi } from 'vitest'
import {
  type ServerSentEventsOptions,
  serverSentEvents,
} from '../../src/representation/server-sent-events.ts'

const decoder = new TextDecoder()

/** Items that come when they are given. */
function channel() {
  const waiting: ((step: IteratorResult<unknown>) => void)[] = []
  const seen = { asked: 0, ended: 0 }
  const iterator = {
    [Symbol.asyncIterator]: () => iterator,
    next: () =>
      new Promise<IteratorResult<unknown>>((resolve) => {
        seen.asked++
        waiting.push(resolve)
      }),
    return: async () => ({ done: true as const, value: seen.ended++ }),
  }
  const give = (value: unknown): void => waiting.shift()?.({ done: false, value })
  return { seen, iterator, give }
}

describe('the heartbeat', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function reading(heartbeat: ServerSentEventsOptions['heartbeat'] = '15s') {
    const items = channel()
    const reader = serverSentEvents({ heartbeat })({ result: items.iterator }).getReader()
    const read = async () => decoder.decode((await reader.read()).value)
    return { ...items, reader, read }
  }

  it('beats while a client waits, and loses no item over it', async () => {
    const { read, give, seen } = reading()
    for (let beat = 0; beat < 3; beat++) {
      const text = read()
      await vi.advanceTimersByTimeAsync(15_000)
      assert.equal(await text, ': \n\n')
    }
    assert.equal(seen.asked, 1)
    const text = read()
    await vi.advanceTimersByTimeAsync(14_999)
    give('here')
    assert.equal(await text, 'data: here\n\n')
    assert.equal(vi.getTimerCount(), 0)
  })

  it('keeps an item that comes between two reads', async () => {
    const { read, give, seen } = reading('1s')
    const beat = read()
    await vi.advanceTimersByTimeAsync(1_000)
    await beat
    give('between')
    await vi.advanceTimersByTimeAsync(5_000)
    assert.equal(await read(), 'data: between\n\n')
    assert.equal(seen.asked, 1)
  })

  it('beats for nobody: not before a read, not after, not once the client has left', async () => {
    const { read, reader, seen } = reading(100)
    assert.equal(vi.getTimerCount(), 0)
    const beat = read()
    await vi.advanceTimersByTimeAsync(100)
    await beat
    assert.equal(vi.getTimerCount(), 0)
    const last = reader.read()
    await vi.advanceTimersByTimeAsync(50)
    assert.equal(vi.getTimerCount(), 1)
    await reader.cancel()
    assert.isTrue((await last).done)
    assert.equal(vi.getTimerCount(), 0)
    assert.equal(seen.ended, 1)
  })

  it('passes on that the iteration fails', async () => {
    async function* items() {
      yield 1
      throw new Error('torn')
    }
    const reader = serverSentEvents({ heartbeat: '1m' })({ result: items() }).getReader()
    await reader.read()
    assert.equal(await reader.read().catch((error: Error) => error.message), 'torn')
    assert.equal(vi.getTimerCount(), 0)
  })

  it('is silent when it is false', async () => {
    const { reader } = reading(false)
    void reader.read()
    await vi.advanceTimersByTimeAsync(60_000)
    assert.equal(vi.getTimerCount(), 0)
  })

  it('refuses a heartbeat that is no span of time', () => {
    for (const heartbeat of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '15', '1h', '15', ''])
      assert.throws(() => serverSentEvents({ heartbeat } as ServerSentEventsOptions), RangeError, 'heartbeat')
  })
})
