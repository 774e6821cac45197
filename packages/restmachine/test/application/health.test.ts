import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { eventually, served } from '../server/served.ts'
import { ask, createGate, createLog, startFault } from './asking.ts'

/** What a probe hears. */
async function told(app: Parameters<typeof ask>[0], path: string) {
  const response = await ask(app, path)
  return [response.status, await response.json()]
}

describe('health', () => {
  it('says that the process lives and is ready, without checks', async () => {
    const app = new RestApplication().health()
    expect(await told(app, '/livez')).toEqual([200, { status: 'ok' }])
    expect(await told(app, '/readyz')).toEqual([200, { status: 'ok', checks: {} }])
  })

  it('asks checks for session values, and tells each by its name', async () => {
    const logger = createLog()
    const state = { well: true }
    const app = new RestApplication({ logger })
      .onStartup('pool', () => ({ query: async (text: string) => text }))
      .onStartup('state', () => state)
      .health({
        database: ({ pool }) => pool.query('select 1'),
        state: ({ state }) => state.well,
        silent: () => undefined,
      })
    const checks = { database: 'ok', state: 'ok', silent: 'ok' }
    expect(await told(app, '/readyz')).toEqual([200, { status: 'ok', checks }])
    state.well = false
    expect(await told(app, '/readyz')).toEqual([
      503,
      { status: 'unavailable', checks: { ...checks, state: 'failed' } },
    ])
    expect(await told(app, '/livez')).toEqual([200, { status: 'ok' }])
    expect(logger.lines.map(({ message }) => message)).toEqual(['The health check "state" failed'])
    state.well = true
    expect((await told(app, '/readyz'))[0]).toBe(200)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret: host db7')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret: host db7'))],
  ])('is 503 when a check %s; why is in the log only', async (_, check) => {
    const logger = createLog()
    const app = new RestApplication({ logger }).health({ database: check })
    for (let probe = 0; probe < 2; probe++) {
      expect(await told(app, '/readyz')).toEqual([
        503,
        { status: 'unavailable', checks: { database: 'failed' } },
      ])
    }
    expect(logger.lines.map(({ details }) => String(details))).toEqual(
      Array(2).fill('Error: secret: host db7'),
    )
  })

  it('is 503 when a check takes too long, which is not started anew meanwhile', async () => {
    const gate = createGate()
    let runs = 0
    const app = new RestApplication({ logger: createLog() }).health(
      {
        database: async () => {
          runs++
          await gate.passed
        },
      },
      { limit: '20ms' },
    )
    const unavailable = [503, { status: 'unavailable', checks: { database: 'timed out' } }]
    expect(await Promise.all([told(app, '/readyz'), told(app, '/readyz')])).toEqual([
      unavailable,
      unavailable,
    ])
    expect(await told(app, '/readyz')).toEqual(unavailable)
    expect(runs).toBe(1)
    gate.open()
    await after(5)
    expect((await told(app, '/readyz'))[0]).toBe(200)
    expect(runs).toBe(2)
  })

  it('runs checks side by side', async () => {
    const [left, right] = [createGate(), createGate()]
    const app = new RestApplication({ logger: createLog() }).health({
      left: () => {
        left.open()
        return right.passed
      },
      right: () => {
        right.open()
        return left.passed
      },
    })
    expect((await told(app, '/readyz'))[0]).toBe(200)
  })

  it('takes other paths', async () => {
    const app = new RestApplication().health({}, { live: '/health/live', ready: '/health/ready' })
    expect((await ask(app, '/health/live')).status).toBe(200)
    expect((await ask(app, '/health/ready')).status).toBe(200)
    expect((await ask(app, '/livez')).status).toBe(404)
  })

  it('lets no guard and no Accept stand before it, and is not stored', async () => {
    const app = new RestApplication().authorized(() => false).health()
    const response = await ask(app, '/readyz', { headers: { accept: 'image/png' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('keeps the checks of `with` apart', async () => {
    const app = new RestApplication({ logger: createLog() })
      .onStartup('state', () => ({ well: true }))
      .health({ state: ({ state }) => state.well })
    expect((await told(app.with({ state: { well: false } }), '/readyz'))[0]).toBe(503)
    expect((await told(app, '/readyz'))[0]).toBe(200)
  })

  it('is 503 from when the server begins to stop, while requests are in flight', async () => {
    const gate = createGate()
    const app = new RestApplication().health().get('/slow', async () => {
      await gate.passed
      return 'done'
    })
    const { close, wire, server } = await served(app, { gracefulTimeout: 5_000 })
    const [slow, probe] = [await wire(), await wire()]
    slow.ask('GET /slow HTTP/1.1', 'Host: a')
    probe.send('GET /readyz HTTP/1.1\r\nHost: a\r\n\r\nGET /readyz HTTP/1.1\r\n')
    expect((await probe.response()).status).toBe(200)
    const closed = close()
    await eventually(() => !server.listening)
    const response = await probe.ask('Host: a').response()
    expect([response.status, response.json()]).toEqual([503, { status: 'draining' }])
    gate.open()
    expect((await slow.response()).status).toBe(200)
    expect(await closed).toBe(true)
  })

  it('tells at the start what a check cannot have', async () => {
    const app = new RestApplication()
      .dependency('user', () => 1)
      // @ts-expect-error nothing of a request is there
      .health({ user: ({ user }) => user })
    expect(await startFault(app)).toContain('health "user": nothing provides "user" to the session')
    const generator = new RestApplication().health({
      *one() {
        yield 1
      },
    })
    expect(await startFault(generator)).toContain('health "one": a check cannot be a generator')
  })
})
