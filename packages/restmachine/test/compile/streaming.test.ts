import { RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { streams } from '../../src/representation/server-sent-events.ts'
import { ndjson } from '../../src/representation/streaming-json.ts'
import { ask, expectStatus, quiet } from '../decisions/asking.ts'
import { eventually } from '../server/served.ts'

/** What happened behind the responses. */
function witness() {
  return { pulled: 0, ended: 0, closed: [] as string[] }
}

function app(seen = witness()) {
  async function* endless(item: unknown = 1) {
    try {
      for (;;) {
        seen.pulled++
        yield item
      }
    } finally {
      seen.ended++
    }
  }
  return new RestApplication({ logger: quiet })
    .dependency('opened', function* () {
      try {
        yield 'open'
        seen.closed.push('well')
      } catch (error) {
        seen.closed.push((error as Error).message)
      }
    })
    .get(
      '/notes/{noteId}',
      async function* ({ noteId, opened }) {
        yield { noteId, opened, closed: seen.closed.length }
        await Promise.resolve()
        yield 2
      },
      { provides: streams() },
    )
    .get('/endless', ({ opened }) => endless(opened), { provides: streams() })
    .get('/fails', async function* () {
      yield 1
      throw new Error('torn')
    })
    .get('/fast', () => endless(), { bypassStateMachine: true })
    .get('/sync', function* () {
      yield* [1, 2]
    })
    .get('/respond', () => respond([1, 2].values(), 203, { 'x-a': 'b' }))
    .get('/csv', () => respond(['a,b\n', '1,2\n'].values(), 200, { 'content-type': 'text/csv' }))
    .get('/text', () => new Response('é').body?.pipeThrough(new TextDecoderStream()))
    .get('/rendered', () => [1, 2], {
      provides: {
        'text/plain': async function* ({ result }) {
          for (const n of result) yield `${n};`
        },
        'application/vnd.n+json': ({ result }) => result.values(),
      },
    })
    .get('/list', () => [1, 2], { provides: { 'application/x-ndjson': ndjson } })
    .get('/data', () => ({ set: new Set([1]), map: new Map() }))
}

async function read(path: string, accept = '*/*'): Promise<readonly [type: string | null, text: string]> {
  const response = await expectStatus(app(), `GET ${path}`, 200, { headers: { accept } })
  return [response.headers.get('content-type'), await response.text()]
}

describe('a generator as a handler', () => {
  const item = '{"noteId":"7","opened":"open","closed":0}'

  it('is a JSON array, unless the client asks for what the route offers', async () => {
    const path = '/notes/7'
    assert.deepEqual(await read(path), ['application/json', `[${item},2]`])
    assert.deepEqual(await read(path, 'application/x-ndjson'), ['application/x-ndjson', `${item}\n2\n`])
    assert.deepEqual(await read(path, 'application/jsonl'), ['application/jsonl', `${item}\n2\n`])
    const events = ['text/event-stream;charset=utf-8', `data: ${item}\n\ndata: 2\n\n`] as const
    assert.deepEqual(await read(path, 'text/event-stream'), events)
    assert.deepEqual(await read(path, 'text/event-stream, application/json;q=0.5'), events)
    await expectStatus(app(), 'GET /notes/7', 406, { headers: { accept: 'text/html' } })
  })

  it('keeps open what it was given until the last item is out', async () => {
    const seen = witness()
    const response = await ask(app(seen), 'GET /notes/7')
    assert.deepEqual(seen.closed, [])
    await response.text()
    await eventually(() => seen.closed.length === 1)
    assert.deepEqual(seen.closed, ['well'])
  })

  it('may be synchronous, or given with respond', async () => {
    assert.deepEqual(await read('/sync'), ['application/json', '[1,2]'])
    const response = await expectStatus(app(), 'GET /respond', 203)
    assert.equal(response.headers.get('x-a'), 'b')
    assert.equal(await response.text(), '[1,2]')
  })

  it('gives its pieces as they are under a type of its own', async () => {
    assert.deepEqual(await read('/csv'), ['text/csv', 'a,b\n1,2\n'])
    assert.deepEqual(await read('/text'), ['application/octet-stream', 'é'])
  })

  it('may render, too', async () => {
    assert.deepEqual(await read('/rendered', 'text/plain'), ['text/plain;charset=utf-8', '1;2;'])
    assert.deepEqual(await read('/rendered', 'application/vnd.n+json'), ['application/vnd.n+json', '[1,2]'])
    assert.deepEqual(await read('/list', 'application/x-ndjson'), ['application/x-ndjson', '1\n2\n'])
  })

  it('leaves lists, sets and maps to JSON', async () => {
    assert.deepEqual(await read('/list'), ['application/json', '[1,2]'])
    assert.deepEqual(await read('/data'), ['application/json', '{"set":{},"map":{}}'])
  })

  it('is never run by HEAD', async () => {
    const seen = witness()
    for (const path of ['/endless', '/fast']) {
      const response = await expectStatus(app(seen), `HEAD ${path}`, 200)
      assert.equal(response.headers.get('content-type'), 'application/json')
    }
    await eventually(() => seen.closed.length === 1)
    assert.equal(seen.pulled, 0)
  })

  it('runs as far as it is read, and ends with who reads', async () => {
    const seen = witness()
    const reader = (await ask(app(seen), 'GET /endless')).body?.getReader()
    await reader?.read()
    await reader?.read()
    assert.equal(seen.pulled, 2)
    await reader?.cancel(new Error('gone'))
    assert.deepEqual([seen.ended, seen.closed], [1, ['gone']])
  })

  it('fails the body with what it throws', async () => {
    const response = await expectStatus(app(), 'GET /fails', 200)
    const failure = await response.text().catch((error: Error) => error.message)
    assert.equal(failure, 'torn')
  })
})
