import { RestApplication } from 'restmachine'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask, createGate, createLog } from './asking.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const forever = new Promise<never>(() => undefined)

describe('a request that takes too long', () => {
  it.each([
    ['30 s, when nobody says', {}, {}, 30_000],
    ['what the application says', { handlerTimeout: '2s' } as const, {}, 2_000],
    ['what the route says', { handlerTimeout: '2s' } as const, { timeout: '5s' } as const, 5_000],
  ])('is answered with 503 after %s', async (_, options, route, milliseconds) => {
    const app = new RestApplication({ ...options, logger: createLog() }).get('/', () => forever, route)
    let response: Response | undefined
    void ask(app).then((later) => {
      response = later
    })
    await vi.advanceTimersByTimeAsync(milliseconds - 1)
    expect(response).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(response?.status).toBe(503)
    expect(response?.headers.get('retry-after')).toBe('10')
  })

  it('learns of it by its signal, and what it opened is rolled back', async () => {
    const marks: string[] = []
    const app = new RestApplication({ logger: createLog() })
      .dependency('transaction', function* () {
        try {
          yield 1
        } catch {
          marks.push('rolled back')
        }
      })
      .get('/', ({ transaction, signal }) => {
        signal.addEventListener('abort', () => marks.push(`aborted ${transaction}`))
        return forever
      })
    const response = ask(app)
    await vi.advanceTimersByTimeAsync(30_000)
    expect((await response).status).toBe(503)
    expect(marks).toEqual(['aborted 1', 'rolled back'])
  })

  it('is logged once, though it fails of its signal afterwards', async () => {
    const log = createLog()
    const app = new RestApplication({ logger: log }).get(
      '/',
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    )
    const response = ask(app)
    await vi.advanceTimersByTimeAsync(30_000)
    await response
    await vi.advanceTimersByTimeAsync(0)
    expect(log.lines.map(({ message }) => message)).toEqual(['503 in GET /'])
  })

  it('closes at once what opens only afterwards', async () => {
    const marks: string[] = []
    const gate = createGate()
    const app = new RestApplication({ logger: createLog() })
      .dependency('slow', async function* () {
        await gate.passed
        try {
          yield 1
          marks.push('committed')
        } finally {
          marks.push('closed')
        }
      })
      .get('/', ({ slow }) => marks.push(`handler with ${slow}`))
    const response = ask(app)
    await vi.advanceTimersByTimeAsync(30_000)
    expect((await response).status).toBe(503)
    expect(marks).toEqual([])
    gate.open()
    await vi.waitFor(() => expect(marks).toContain('closed'))
    expect(marks).not.toContain('committed')
  })

  it('leaves no timer behind when it is in time', async () => {
    const app = new RestApplication().get('/', async () => 1)
    expect((await ask(app)).status).toBe(200)
    expect(vi.getTimerCount()).toBe(0)
  })
})
