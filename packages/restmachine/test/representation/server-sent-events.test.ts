import { assert, describe, it } from 'vitest'
import { toExchange } from '../../src/adapters/fetch.ts'
import { lastEventIdOf, serverSentEvents } from '../../src/representation/server-sent-events.ts'

function eventsOf(...result: unknown[]): Promise<string> {
  const stream = serverSentEvents()({ result }) as ReadableStream<Uint8Array<ArrayBuffer>>
  return new Response(stream).text()
}

describe('serverSentEvents', () => {
  it('writes text, data and whole events', async () => {
    assert.equal(await eventsOf('one\ntwo', ''), 'data: one\ndata: two\n\ndata: \n\n')
    assert.equal(await eventsOf(1, null, { a: 'x\ny' }), 'data: 1\n\ndata: null\n\ndata: {"a":"x\\ny"}\n\n')
    const event = { event: 'added', id: 7, retry: 10, data: { name: 'Ada' } }
    assert.equal(await eventsOf(event), 'event: added\nid: 7\nretry: 10\ndata: {"name":"Ada"}\n\n')
    assert.equal(await eventsOf({ data: 'x', id: undefined }), 'data: x\n\n')
  })

  it('takes an object with other members, or without data, as data', async () => {
    assert.equal(await eventsOf({ data: 1, other: 2 }), 'data: {"data":1,"other":2}\n\n')
    assert.equal(await eventsOf({ id: 1 }), 'data: {"id":1}\n\n')
  })

  it('lets no field start another one, and ends the iteration that tries', async () => {
    for (const break_ of ['\n', '\r', '\r\n']) {
      const text = `x${break_}event: forged${break_}${break_}data: y`
      const written = await eventsOf(text, { data: text })
      assert.isEmpty(written.split('\n').filter((line) => line !== '' && !line.startsWith('data: ')))
      for (const forged of [
        { data: 1, event: text },
        { data: 1, id: text },
      ]) {
        let ended = 0
        async function* items() {
          try {
            yield forged
          } finally {
            ended++
          }
        }
        const reader = serverSentEvents()({ result: items() }).getReader()
        const failure = await reader.read().catch((error: unknown) => error)
        assert.instanceOf(failure, TypeError)
        assert.equal(ended, 1)
      }
    }
    for (const retry of [-1, 0.5, '1\ndata: x' as never]) {
      const failure = await eventsOf({ data: 1, retry }).catch((error: unknown) => error)
      assert.instanceOf(failure, RangeError)
    }
  })
})

describe('lastEventIdOf', () => {
  it('reads what the client has seen last', () => {
    for (const [sent, read] of [
      ['7', '7'],
      ['\u00c3\u00a9', 'é'],
      ['', undefined],
      [undefined, undefined],
    ]) {
      const headers = sent === undefined ? {} : { 'last-event-id': sent }
      assert.equal(lastEventIdOf(toExchange(new Request('http://here/', { headers }))), read)
    }
  })
})
