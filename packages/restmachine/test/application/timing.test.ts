import { setTimeout as after } from 'node:timers/promises'
import { type Answered, HttpError, RestApplication, sameSecret } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { eventually, served } from '../server/served.ts'
import { ask, createGate, createLog, sending } from './asking.ts'

/** What `Server-Timing` says: durations by name, and descriptions behind them. */
function timingsOf(response: Response): Record<string, number> {
  const field = response.headers.get('server-timing') ?? ''
  const metric = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+);dur=(\d+(?:\.\d{1,2})?)(?:;desc="failed")?$/
  return Object.fromEntries(
    field.split(', ').map((text) => {
      const [, name = `unreadable: ${text}`, duration] = metric.exec(text) ?? []
      return [name, Number(duration)]
    }),
  )
}

const slow = (time: number) => after(time)

describe('serverTiming', () => {
  const app = (serverTiming: ConstructorParameters<typeof RestApplication>[0]) =>
    new RestApplication({ logger: createLog(), ...serverTiming })
      .onStartup('pool', () => ({ name: 'pool' }))
      .dependency('user', async ({ pool }) => {
        await slow(100)
        return pool.name
      })
      .dependency('view', async ({ user }) => {
        await slow(10)
        return `view of ${user}`
      })
      .dependency('quick', () => 1)
      .dependency('unused', () => 1)
      .get('/', ({ view, quick, pathParams: _ }) => ({ view, quick }))

  it('tells each provider by itself, the handler and the whole', async () => {
    const response = await ask(app({ serverTiming: true }))
    const timings = timingsOf(response)
    expect(Object.keys(timings).sort()).toEqual(['handler', 'quick', 'total', 'user', 'view'])
    const { user = 0, view = 0, total = 0, quick = 0 } = timings
    expect(user).toBeGreaterThanOrEqual(99)
    // Without the provider that it waited for.
    expect(view).toBeGreaterThanOrEqual(9)
    expect(view).toBeLessThan(user)
    expect(quick).toBeLessThan(user)
    expect(total).toBeGreaterThanOrEqual(user + view - 1)
  })

  it('goes out through a real server, for every status', async () => {
    const { url } = await served(app({ serverTiming: true }))
    for (const path of ['/', '/nothing']) {
      const timings = timingsOf(await fetch(url + path))
      expect(timings.total).toBeGreaterThanOrEqual(0)
    }
  })

  it('is off when nobody says', async () => {
    for (const options of [{}, { serverTiming: false }, { slowRequest: '1h' } as const]) {
      expect((await ask(app(options))).headers.get('server-timing')).toBeNull()
    }
  })

  it.each([
    ['at once', (given: string) => sameSecret(given, 'key')],
    ['later', async (given: string) => sameSecret(given, 'key')],
  ])('is for those for whom a function says so, %s', async (_, check) => {
    const own = app({ serverTiming: ({ headers }) => check(headers.get('x-timing') ?? '') })
    const told = await ask(own, '/', { headers: { 'x-timing': 'key' } })
    expect(timingsOf(told).user).toBeGreaterThan(0)
    expect((await ask(own, '/', { headers: { 'x-timing': 'kex' } })).headers.get('server-timing')).toBeNull()
    expect((await ask(own)).headers.get('server-timing')).toBeNull()
  })

  it.each([
    [
      'throws',
      (): boolean => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('is for nobody when the function %s, which is reported', async (_, serverTiming) => {
    const logger = createLog()
    const response = await ask(app({ serverTiming, logger }))
    expect(response.status).toBe(200)
    expect(response.headers.get('server-timing')).toBeNull()
    expect(logger.lines.map(({ message }) => message)).toEqual(['serverTiming of GET / failed'])
  })

  it('tells decisions: by their name, or by what they decide', async () => {
    const own = new RestApplication({ serverTiming: true }).resource('/notes/{id}', (note) =>
      note
        .authorized(async () => {
          await slow(10)
          return true
        })
        .resourceExists('note', async ({ id }) => {
          await slow(10)
          return { id }
        })
        .get(({ note }) => note),
    )
    const timings = timingsOf(await ask(own, '/notes/7'))
    expect(Object.keys(timings).sort()).toEqual(['authorized', 'handler', 'note', 'total'])
    expect(Math.min(timings.authorized ?? 0, timings.note ?? 0)).toBeGreaterThanOrEqual(9)
  })

  it('tells tear-down, and what failed', async () => {
    const own = new RestApplication({ serverTiming: true, logger: createLog() })
      .dependency('transaction', async function* () {
        yield 1
        await slow(10)
      })
      .dependency('broken', async () => {
        throw new HttpError(409)
      })
      .get('/', ({ transaction }) => transaction)
      .get('/broken', ({ broken }) => broken)
    expect(timingsOf(await ask(own))['tear-down']).toBeGreaterThanOrEqual(9)
    const field = (await ask(own, '/broken')).headers.get('server-timing')
    expect(field).toMatch(/^broken;dur=[\d.]+;desc="failed", total;dur=[\d.]+$/)
  })

  it('tells content that is waited for, and no value of the framework that is just there', async () => {
    const gate = createGate()
    const own = new RestApplication({ serverTiming: true }).post(
      '/',
      ({ jsonBody, request, queryParams }) => [jsonBody, request.method, queryParams.size],
    )
    const body = new ReadableStream({
      async start(controller) {
        await gate.passed
        controller.enqueue(new TextEncoder().encode('[1]'))
        controller.close()
      },
    })
    setTimeout(gate.open, 30)
    const init = { ...sending([]), body, duplex: 'half' } as RequestInit
    const timings = timingsOf(await ask(own, '/', init))
    expect(Object.keys(timings).sort()).toEqual(['handler', 'jsonBody', 'total'])
    expect(timings.jsonBody).toBeGreaterThanOrEqual(20)
  })

  it('sends names that are no tokens as tokens', async () => {
    const own = new RestApplication({ serverTiming: true })
      .dependency('größe', () => 1)
      .get('/', ({ größe }) => größe)
    expect(Object.keys(timingsOf(await ask(own)))).toContain('gr__e')
  })

  it('keeps requests apart', async () => {
    const apart = new RestApplication({ serverTiming: true }).get('/{time}', async ({ time }) => {
      await slow(Number(time))
      return time
    })
    const [short, long] = await Promise.all([ask(apart, '/5'), ask(apart, '/60')])
    expect(timingsOf(short).handler).toBeLessThan(50)
    expect(timingsOf(long).handler).toBeGreaterThanOrEqual(59)
  })
})

describe('slowRequest', () => {
  const app = (logger = createLog()) =>
    new RestApplication({ logger, slowRequest: 40, handlerTimeout: '200ms' })
      .dependency('user', () => slow(50))
      .dependency('quick', () => 1)
      .get('/users/{userId}', ({ user, quick }) => [user, quick])
      .get('/quick', ({ quick }) => quick)
      .get('/for-ever', async () => {
        await slow(260)
        return 1
      })

  it('warns with route, status, time and the slowest, once', async () => {
    const logger = createLog()
    await ask(app(logger), '/users/7?secret=1')
    await eventually(() => logger.lines.length > 0)
    const [{ message, details }] = logger.lines as [(typeof logger.lines)[number]]
    expect(message).toMatch(/^Slow: 200 in GET \/users\/\{userId\} after \d+ ms, of that \d+ ms in "user"$/)
    expect(details).toEqual({
      route: 'GET /users/{userId}',
      status: 200,
      duration: expect.any(Number),
      slowest: { name: 'user', duration: expect.any(Number) },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(logger.lines).toHaveLength(1)
  })

  it('is silent about what is quick', async () => {
    const logger = createLog()
    await ask(app(logger), '/quick')
    await slow(5)
    expect(logger.lines).toEqual([])
  })

  it('warns once of a request that ran out of time', async () => {
    const logger = createLog()
    const response = await ask(app(logger), '/for-ever')
    expect(response.status).toBe(503)
    await slow(120)
    const slows = logger.lines.filter(({ message }) => message.startsWith('Slow: '))
    expect(slows.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Slow: 503 in GET \/for-ever after \d+ ms$/),
    ])
  })

  it('is a span of time', () => {
    for (const slowRequest of ['soon' as '1s', 0, -1]) {
      expect(() => new RestApplication({ slowRequest })).toThrow(/Cannot read a span of time/)
    }
  })
})

describe('observe', () => {
  function observed() {
    const told: Answered[] = []
    const observe = (answered: Answered) => void told.push(answered)
    const app = new RestApplication({ logger: createLog(), observe, handlerTimeout: '50ms' })
      .get('/users/{userId}', ({ userId }) => userId)
      .post('/users/{userId}', () => undefined)
      .get('/late', () => slow(80))
      .get('/stream', async function* () {
        yield 1
        await slow(100)
        yield 2
      })
    return { told, app }
  }

  it('hears of each answer, by the template of its route', async () => {
    const { told, app } = observed()
    const { url } = await served(app)
    for (const [method, path] of [
      ['GET', '/users/7'],
      ['HEAD', '/users/7'],
      ['POST', '/users/8'],
      ['DELETE', '/users/8'],
      ['GET', '/secret'],
    ] as const) {
      const response = await fetch(url + path, { method })
      await response.text()
    }
    await eventually(() => told.length === 5)
    expect(told.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'GET /users/{userId} 200',
      'HEAD /users/{userId} 200',
      'POST /users/{userId} 204',
      'DELETE  405',
      'GET  404',
    ])
    for (const { duration, failure } of told) {
      expect(duration).toBeGreaterThan(0)
      expect(failure).toBeUndefined()
    }
  })

  it('hears once of a request that ran out of time', async () => {
    const { told, app } = observed()
    expect((await ask(app, '/late')).status).toBe(503)
    await slow(60)
    expect(told.map(({ route, status }) => `${route} ${status}`)).toEqual(['/late 503'])
  })

  it('counts the time to the last byte, and says that the client left', async () => {
    const { told, app } = observed()
    const { url, wire } = await served(app)
    await (await fetch(`${url}/stream`)).text()
    await eventually(() => told.length === 1)
    expect(told[0]?.duration).toBeGreaterThanOrEqual(29)
    const client = await wire()
    client.ask('GET /stream HTTP/1.1', 'Host: a')
    await client.until(() => client.rest.includes('\r\n\r\n'))
    client.socket.destroy()
    await eventually(() => told.length === 2)
    expect(told[1]?.failure).toBeInstanceOf(Error)
  })

  it('does not tell methods that a client made up', async () => {
    const { told, app } = observed()
    await ask(app, '/users/7', { method: 'MADEUP7' })
    await eventually(() => told.length === 1)
    expect(told[0]).toMatchObject({ method: '_OTHER', route: '', status: 501 })
  })

  it('harms nothing when it throws', async () => {
    const logger = createLog()
    const observe = () => {
      throw new Error('no')
    }
    const { url } = await served(new RestApplication({ logger, observe }).get('/', () => 1))
    expect(await (await fetch(url)).json()).toBe(1)
    await eventually(() => logger.lines.length === 1)
    expect(logger.lines[0]?.message).toBe('What observes GET / failed')
  })

  it('harms nothing when it is async and fails later', async () => {
    const logger = createLog()
    const observe = async () => {
      throw new Error('no')
    }
    // Unheard, the rejection would fail this run.
    const { url } = await served(new RestApplication({ logger, observe }).get('/', () => 1))
    expect(await (await fetch(url)).json()).toBe(1)
    await eventually(() => logger.lines.length === 1)
    expect(logger.lines[0]?.message).toBe('What observes GET / failed')
  })
})
