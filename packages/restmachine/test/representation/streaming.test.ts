import { assert, describe, it } from 'vitest'
import { isItems } from '../../src/representation/streaming.ts'
import { jsonArray, ndjson } from '../../src/representation/streaming-json.ts'
import { failureOf, settled, textOf } from './read-stream.ts'

/** An iterator that counts what is asked of it. */
function counting(items: readonly unknown[]) {
  const seen = { asked: 0, ended: [] as unknown[] }
  const left = [...items]
  const iterator = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      seen.asked++
      return left.length === 0 ? { done: true, value: undefined } : { done: false, value: left.shift() }
    },
    async return(reason?: unknown) {
      seen.ended.push(reason)
      return { done: true, value: undefined }
    },
  }
  return { seen, iterator: iterator as AsyncIterable<unknown> }
}

describe('isItems', () => {
  it('knows async iterables and iterators from data', () => {
    async function* later() {}
    function* now() {}
    const own = { [Symbol.asyncIterator]: later }
    for (const items of [later(), now(), own, [1].values(), new Map().keys()]) assert.isTrue(isItems(items))
    const data = [[1], new Set(), new Map(), 'text', new Uint8Array(1), { next: () => 1 }, null, undefined]
    for (const value of [...data, later, new ReadableStream()]) assert.isFalse(isItems(value))
  })

  it('looks at no other member of data', () => {
    const data = Object.defineProperty({}, 'next', {
      get: () => {
        throw new Error('asked')
      },
    })
    assert.isFalse(isItems(data))
  })
})

describe('jsonArray', () => {
  it('writes what JSON.stringify writes', async () => {
    for (const list of [[], [1], ['a\nb', { b: [2] }, undefined, null, 'é']]) {
      assert.equal(await textOf(jsonArray({ result: list })), JSON.stringify(list))
      assert.equal(await textOf(jsonArray({ result: counting(list).iterator })), JSON.stringify(list))
    }
  })

  it('fails with what has no form in JSON, and ends the iteration', async () => {
    for (const item of [1n, new Uint8Array(1), () => 1]) {
      const { iterator, seen } = counting([1, item, 3])
      assert.match(
        await failureOf(jsonArray({ result: iterator })),
        /^Cannot write (the result|bytes) as JSON/,
      )
      assert.equal(seen.asked, 2)
      assert.equal(seen.ended.length, 1)
    }
  })
})

describe('ndjson', () => {
  it('writes one line for each item, whatever is in it', async () => {
    const result = ['a\nb', { c: '\r\n' }, [1, 2]]
    assert.equal(await textOf(ndjson({ result })), '"a\\nb"\n{"c":"\\r\\n"}\n[1,2]\n')
  })

  it('waits for promises of a synchronous generator, and ends it when one fails', async () => {
    let ended = 0
    function* promises() {
      try {
        yield Promise.resolve(1)
        yield Promise.reject(new Error('lost'))
      } finally {
        ended++
      }
    }
    const reader = ndjson({ result: promises() }).getReader()
    assert.deepEqual((await reader.read()).value, new TextEncoder().encode('1\n'))
    const failure = await reader.read().catch((error: Error) => error.message)
    assert.equal(failure, 'lost')
    assert.equal(ended, 1)
  })

  it('asks for one item at a time, and for none before somebody reads', async () => {
    const { iterator, seen } = counting([1, 2, 3])
    const reader = ndjson({ result: iterator }).getReader()
    await settled()
    assert.equal(seen.asked, 0)
    await reader.read().then(settled)
    assert.equal(seen.asked, 1)
  })

  it('passes the end of who reads on, once, also before the first item', async () => {
    const { iterator, seen } = counting([1])
    await ndjson({ result: iterator }).cancel('gone')
    assert.deepEqual(seen, { asked: 0, ended: ['gone'] })
  })

  it('ends an iterator that waits for its next item at once', async () => {
    let wake: (() => void) | undefined
    const waiting = {
      [Symbol.asyncIterator]: () => waiting,
      next: () =>
        new Promise<IteratorResult<unknown>>((resolve) => {
          wake = () => resolve({ done: true, value: undefined })
        }),
      async return() {
        wake?.()
        return { done: true as const, value: undefined }
      },
    }
    const reader = ndjson({ result: waiting }).getReader()
    const read = reader.read()
    await settled()
    await reader.cancel()
    assert.isTrue((await read).done)
  })

  it('fails as the iterator fails, and does not end what has failed', async () => {
    let ended = 0
    const failing = {
      [Symbol.asyncIterator]: () => failing,
      next: () => Promise.reject(new Error('torn')),
      return: async () => ({ done: true as const, value: ended++ }),
    }
    assert.equal(await failureOf(ndjson({ result: failing })), 'torn')
    assert.equal(ended, 0)
  })

  it('takes nothing that gives no items', () => {
    for (const result of ['text', {}, null, undefined, 7])
      assert.throws(() => ndjson({ result: result as never }), TypeError, 'Cannot stream the result')
  })
})
