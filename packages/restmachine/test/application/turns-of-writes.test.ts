import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { quiet } from '../decisions/asking.ts'
import { eventually, served } from '../server/served.ts'

/** A document whose tag is made from its answer, so that those who write to it take turns. */
function document(handle: (written: number) => unknown = () => undefined) {
  const seen = { version: 1, writes: [] as number[] }
  const app = new RestApplication({ logger: quiet, handlerTimeout: '300ms' }).resource('/doc', (doc) =>
    doc
      .etag('auto')
      .get(() => ({ version: seen.version }))
      .put(async ({ jsonBody }) => {
        const { version } = jsonBody as { version: number }
        seen.writes.push(version)
        await handle(version)
        seen.version = version
        return { version }
      }),
  )
  return { app, seen }
}

const tagOf = async (url: string) => (await fetch(`${url}/doc`)).headers.get('etag') ?? ''
const putIf = (url: string, tag: string, version: number, signal?: AbortSignal) =>
  fetch(`${url}/doc`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': tag },
    body: JSON.stringify({ version }),
    ...(signal === undefined ? {} : { signal }),
  })
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60))
const never = (): Promise<never> => new Promise(() => undefined)

describe('those who write to a path in turn', () => {
  it.for(['X-Other: 1', 'Expect: 100-continue'])('do not wait for a slow sender (%s)', async (line) => {
    const { app, seen } = document()
    const { url, wire } = await served(app)
    const tag = await tagOf(url)
    const slow = await wire()
    const fields = ['Host: here', `If-Match: ${tag}`, 'Content-Type: application/json', 'Content-Length: 100']
    slow.ask('PUT /doc HTTP/1.1', ...fields, line).send('{')
    await soon()
    assert.equal((await putIf(url, tag, 2)).status, 200)
    assert.deepEqual(seen.writes, [2])
  })

  it('go on after one that never comes to its end', async () => {
    const { app, seen } = document((version) => (version === 2 ? never() : undefined))
    const { url } = await served(app)
    const tag = await tagOf(url)
    const begin = performance.now()
    const endless = putIf(url, tag, 2)
    await eventually(() => seen.writes.length === 1)
    // Not at once: what is late may still take effect.
    assert.equal((await putIf(url, tag, 3)).status, 503)
    assert.equal((await endless).status, 503)
    await eventually(() => performance.now() - begin > 700)
    assert.equal((await putIf(url, tag, 4)).status, 200)
    assert.deepEqual([seen.version, seen.writes], [4, [2, 4]])
  })

  it('do not write when their time was up, or they had left, before their turn came', async () => {
    const gate = Promise.withResolvers<void>()
    const { app, seen } = document((version) => (version === 1 ? gate.promise : undefined))
    const { url } = await served(app)
    const tag = await tagOf(url)
    const first = putIf(url, tag, 1)
    await eventually(() => seen.writes.length === 1)
    const leaving = new AbortController()
    const left = putIf(url, tag, 3, leaving.signal).catch((error: Error) => error.name)
    const late = putIf(url, tag, 4)
    await soon()
    leaving.abort()
    assert.equal(await left, 'AbortError')
    assert.deepEqual([(await first).status, (await late).status], [503, 503])
    // What it writes changes nothing, so the tag would let the others pass.
    gate.resolve()
    await soon()
    assert.deepEqual(seen.writes, [1])
    assert.equal((await putIf(url, await tagOf(url), 5)).status, 200)
  })
})
