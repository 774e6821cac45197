import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { app, plain } from '../s13-compression.ts'
import { served } from './served.ts'

async function ask(url: string, accepted: string, more: Readonly<Record<string, string>> = {}) {
  const { status, headers } = await fetch(url, { headers: { 'accept-encoding': accepted, ...more } })
  return [status, headers.get('content-encoding'), headers.get('vary')]
}

// An application that was stopped stays so: each test has its own.
describe('S13: compression', () => {
  it.each([
    ['as a wrapper', () => served(app.with({}))],
    [
      'by the server',
      () => served(plain.with({}), { compression: { minimumSize: 1000, encodings: ['br', 'gzip'] } }),
    ],
  ])('%s codes what is large, by q-values', async (_, serve) => {
    const { url } = await serve()
    const vary = 'accept-encoding'
    expect(await ask(`${url}/api/items`, 'gzip, br')).toEqual([200, 'br', vary])
    expect(await ask(`${url}/api/items`, 'gzip, br;q=0.5')).toEqual([200, 'gzip', vary])
    expect(await ask(`${url}/api/items`, 'gzip;q=0')).toEqual([200, null, vary])
    expect(await ask(`${url}/api/items/1`, 'gzip')).toEqual([200, null, vary])
    expect(await ask(`${url}/api/session`, 'gzip')).toEqual([200, null, null])
  })

  it('gives each coding a tag of its own, which 304 knows', async () => {
    const { url } = await served(app.with({}))
    const tagOf = async (accepted: string) =>
      (await fetch(`${url}/api/items`, { headers: { 'accept-encoding': accepted } })).headers.get('etag') ??
      ''
    const [gzip, br, plainTag] = [await tagOf('gzip'), await tagOf('br'), await tagOf('identity')]
    expect(new Set([gzip, br, plainTag]).size).toBe(3)
    expect((await ask(`${url}/api/items`, 'gzip', { 'if-none-match': gzip }))[0]).toBe(304)
  })

  it('is what curl understands', async () => {
    const { url } = await served(app.with({}))
    const { stdout } = await promisify(execFile)('curl', ['-s', '--compressed', `${url}/api/items`])
    expect((JSON.parse(stdout) as unknown[]).length).toBe(500)
  })
})
