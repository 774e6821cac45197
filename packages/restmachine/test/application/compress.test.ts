import { compress, RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson } from './asking.ts'

const TEXT = 'word '.repeat(200)

async function codingOf(app: Parameters<typeof ask>[0], path: string, accepted = 'gzip') {
  const response = await ask(app, path, { headers: { 'accept-encoding': accepted } })
  return response.headers.get('content-encoding')
}

describe('compress', () => {
  const app = new RestApplication()
    .get('/large', () => TEXT)
    .get('/small', () => 'word')
    .get('/plain', () => TEXT, { compression: false })
    .get('/own', () => TEXT, { compression: { encodings: ['br'] } })
    .mount(
      '/router',
      new Router().get('/large', () => TEXT),
    )

  it('codes what is large enough, everywhere, and leaves the application as it is', async () => {
    const compressed = compress(app)
    for (const path of ['/large', '/router/large']) {
      expect(await codingOf(compressed, path)).toBe('gzip')
      expect(await codingOf(app, path)).toBeNull()
    }
    expect(await codingOf(compressed, '/small')).toBeNull()
  })

  it('lets what the code says go first', async () => {
    const compressed = compress(app, { encodings: ['gzip'] })
    expect(await codingOf(compressed, '/plain')).toBeNull()
    expect(await codingOf(compressed, '/own', 'br, gzip')).toBe('br')
    expect(await codingOf(compress(compressed, { encodings: ['br'] }), '/large', 'br, gzip;q=0.5')).toBe(
      'gzip',
    )
  })

  it('takes the options of compression', async () => {
    expect(await codingOf(compress(app, { minimumSize: TEXT.length + 3 }), '/large')).toBeNull()
    expect(() => compress(app, { minimumSize: -1 })).toThrow(
      'Cannot declare compression: minimumSize: a number of bytes is needed, got -1',
    )
  })

  it('is kept by `with`', async () => {
    const clocked = compress(
      new RestApplication().dependency('clock', () => 1).get('/', ({ clock }) => TEXT + clock),
      {
        minimumSize: 10,
      },
    )
    const fixed = clocked.with({ clock: 2 })
    expect(await codingOf(fixed, '/')).toBe('gzip')
    expect(await askJson(fixed)).toBe(`${TEXT}2`)
  })
})
