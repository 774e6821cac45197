import { describe, expect, it } from 'vitest'
import { app, createKey } from '../api-keys.ts'
import { served } from './served.ts'

const [reader, writer, none] = [
  createKey('reader', ['read']),
  createKey('writer', ['read', 'write']),
  createKey('none', []),
]
const keys = new Map([reader, writer, none].map(({ stored }) => [stored.id, stored]))

/** Asks a server of its own, with a key or without; `reading` is posted. */
async function ask(key?: string, reading?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'x-api-key': key }) }
  const init = reading === undefined ? {} : { method: 'POST', body: reading }
  return fetch(`${await served(app.with({ keys }))}/readings`, { headers, ...init })
}

describe('an API key', () => {
  it('lets its owner in', async () => {
    const response = await ask(reader.key)
    expect([response.status, await response.json()]).toEqual([200, [20.5]])
  })

  const secret = reader.key.slice('reader.'.length)
  it.each([
    ['there is none', undefined],
    ['it is empty', ''],
    ['it has no secret', 'reader'],
    ['its secret is empty', 'reader.'],
    ['its secret is of another key', `writer.${secret}`],
    ['its secret is the stored hash', `reader.${reader.stored.hash}`],
    ['its secret has one character less', reader.key.slice(0, -1)],
    ['its secret has one character more', `${reader.key}A`],
    ['nobody knows it', `eve.${secret}`],
    ['it is the name of what objects have', `constructor.${secret}`],
  ])('lets nobody in when %s', async (_, key) => {
    const response = await ask(key)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('ApiKey realm="readings", header="X-API-Key"')
  })

  it('opens what its scopes name', async () => {
    const refused = await ask(reader.key, '21.5')
    expect([refused.status, (await refused.json()).detail]).toEqual([403, 'This key only reads'])
    expect((await ask(none.key)).status).toBe(403)
    const created = await ask(writer.key, '21.5')
    expect([created.status, await created.json()]).toEqual([201, [20.5, 21.5]])
  })

  it('is asked for before anything is read', async () => {
    for (const [key, status] of [
      [undefined, 401],
      [reader.key, 403],
      [writer.key, 422],
    ] as const)
      expect((await ask(key, '"warm"')).status).toBe(status)
    for (const [key, status] of [
      [undefined, 401],
      [reader.key, 403],
      [writer.key, 400],
    ] as const)
      expect((await ask(key, '{')).status).toBe(status)
  })

  it('is not stored', () => {
    expect(JSON.stringify(reader.stored)).not.toContain(secret)
  })
})
