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

  it('does not make the client wait for what it opened to be rolled back, too', async () => {
    const marks: string[] = []
    const gate = createGate()
    const app = new RestApplication({ logger: createLog() })
      .dependency('outer', function* () {
        try {
          yield 1
          marks.push('committed')
        } catch {
          marks.push('outer rolled back')
        }
      })
      .dependency('slow', async function* ({ outer }) {
        try {
          yield outer
          marks.push('committed')
        } finally {
          marks.push('slow')
          await gate.passed
          marks.push('closed')
        }
      })
      .get('/', ({ slow }) => (slow === 1 ? forever : undefined))
    const response = ask(app)
    await vi.advanceTimersByTimeAsync(30_000)
    expect((await response).status).toBe(503)
    expect(marks).toEqual(['slow'])
    gate.open()
    await vi.waitFor(() => expect(marks).toEqual(['slow', 'closed', 'outer rolled back']))
  })

  it('commits nothing when its handler ends while the error is written', async () => {
    const marks: string[] = []
    const [handler, page] = [createGate(), createGate()]
    const app = new RestApplication({ logger: createLog() })
      .dependency('transaction', function* () {
        try {
          yield 1
          marks.push('committed')
        } catch {
          marks.push('rolled back')
        }
      })
      .handlesError(503, async ({ transaction, exception }) => {
        await page.passed
        marks.push(`written with ${transaction}`)
        return String(exception)
      })
      .get('/', async ({ transaction }) => {
        await handler.passed
        marks.push(`handled with ${transaction}`)
      })
    const response = ask(app)
    await vi.advanceTimersByTimeAsync(30_000)
    handler.open()
    await vi.waitFor(() => expect(marks).toEqual(['handled with 1']))
    page.open()
    expect((await response).status).toBe(503)
    expect(marks).toEqual(['handled with 1', 'written with 1', 'rolled back'])
  })

  it('keeps open what its error handler opens until that has used it', async () => {
    const marks: string[] = []
    const app = new RestApplication({ logger: createLog() })
      .dependency('connection', function* () {
        try {
          yield 1
        } finally {
          marks.push('closed')
        }
      })
      .handlesError(503, async ({ connection }) => {
        marks.push(`used ${connection}`)
        return 'late'
      })
      .get('/', () => forever)
    const response = ask(app)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await (await response).text()).toBe('late')
    expect(marks).toEqual(['used 1', 'closed'])
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
