import { setTimeout as after } from 'node:timers/promises'
import {
  type Context,
  createContextKey,
  DiagConsoleLogger,
  diag,
  context as otel,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { HttpError, RestApplication, streams } from 'restmachine'
import { createTracing } from 'restmachine/opentelemetry'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, served } from '../server/served.ts'
import { ask, askJson, createGate, createLog } from './asking.ts'
import { startTracing } from './tracing-started.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'
const traceparent = `00-${TRACE}-${CALLER}-01`

describe('the span of a request', () => {
  it('says what the conventions ask for, of a real server', async () => {
    const { tracing, span, spans } = startTracing()
    const app = new RestApplication({ tracing }).get('/users/{userId}', ({ userId }) => ({ userId }))
    const { url, port } = await served(app)
    const response = await fetch(`${url}/users/a%20b?page=2&sig=secret`, {
      headers: { traceparent, tracestate: 'congo=t61', 'user-agent': 'test/1' },
    })
    await response.text()
    const told = await span('GET /users/{userId}')
    const { attributes, kind, status, parentSpanContext } = told
    expect(attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/users/{userId}',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'url.path': '/users/a%20b',
      'url.query': 'page=2&sig=REDACTED',
      'server.address': '127.0.0.1',
      'server.port': port,
      'client.address': '127.0.0.1',
      'user_agent.original': 'test/1',
      'network.protocol.version': '1.1',
    })
    expect([kind, status.code]).toEqual([SpanKind.SERVER, SpanStatusCode.UNSET])
    expect(parentSpanContext).toMatchObject({ traceId: TRACE, spanId: CALLER, isRemote: true })
    expect(told.spanContext().traceState?.serialize()).toBe('congo=t61')
    expect(spans).toHaveLength(1)
  })

  it.each([
    ['GET', '/nothing/secret', 'GET', 404],
    ['POST', '/users/7', 'POST /users/{userId}', 405],
    ['OPTIONS', '/users/7', 'OPTIONS /users/{userId}', 204],
    ['HEAD', '/users/7', 'HEAD /users/{userId}', 200],
    ['BREW', '/users/7', 'HTTP', 501],
  ])('of %s %s is called %j', async (method, path, name, status) => {
    const { tracing, span } = startTracing()
    const app = new RestApplication({ tracing }).get('/users/{userId}', ({ userId }) => ({ userId }))
    await ask(app, path, { method })
    const { attributes, status: told } = await span(name)
    expect(attributes['http.response.status_code']).toBe(status)
    expect(attributes['http.request.method_original']).toBe(name === 'HTTP' ? method : undefined)
    expect(attributes['http.request.method']).toBe(name === 'HTTP' ? '_OTHER' : method)
    expect(told.code).toBe(status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET)
  })

  it.each([
    ['an error', () => new TypeError('secret'), 500, 'TypeError', 1],
    ['no error at all', () => 'a text', 500, '_OTHER', 1],
    ['503', () => new HttpError(503), 503, '503', 1],
    ['404', () => new HttpError(404), 404, undefined, 0],
  ])('tells of a handler that throws %s', async (_, make, status, type, exceptions) => {
    const { tracing, span } = startTracing()
    const app = new RestApplication({ tracing, logger: createLog() }).get('/', async () => {
      throw make()
    })
    expect((await ask(app)).status).toBe(status)
    const told = await span('GET /')
    expect(told.attributes['error.type']).toBe(type)
    expect(told.status.code).toBe(status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET)
    expect(told.events.map(({ name }) => name)).toEqual(Array(exceptions).fill('exception'))
  })

  it('tells of a start that fails', async () => {
    const { tracing, span } = startTracing()
    const app = new RestApplication({ tracing, logger: createLog() })
      .onStartup(() => Promise.reject(new RangeError('gone')))
      .get('/', () => 1)
    expect((await ask(app)).status).toBe(500)
    expect((await span('GET /')).attributes['error.type']).toBe('RangeError')
  })

  it('is told what is late, and ends once', async () => {
    const { tracing, span, spans } = startTracing()
    const app = new RestApplication({ tracing, logger: createLog(), handlerTimeout: 20 })
      .handlesError(503, () => ({ active: trace.getActiveSpan()?.spanContext().spanId }))
      .get('/', () => after(60))
    const { url } = await served(app)
    const response = await fetch(url)
    const { active } = (await response.json()) as { active: string }
    const told = await span('GET /')
    expect([
      response.status,
      told.attributes['http.response.status_code'],
      told.attributes['error.type'],
    ]).toEqual([503, 503, '503'])
    expect(active).toBe(told.spanContext().spanId)
    await after(80)
    expect(spans.filter(({ name }) => name === 'GET /')).toHaveLength(1)
  })

  it('ends with the last byte of a stream, whose source is within it', async () => {
    const { tracing, span, spans, tracer } = startTracing()
    const gate = createGate()
    const app = new RestApplication({ tracing }).get(
      '/',
      async function* () {
        yield { first: true }
        await gate.passed
        tracer.startSpan('query').end()
        yield { last: true }
      },
      { provides: streams() },
    )
    const { url } = await served(app)
    const response = await fetch(url, { headers: { accept: 'application/x-ndjson' } })
    await after(20)
    expect(spans.map(({ name }) => name)).not.toContain('GET /')
    gate.open()
    expect(await response.text()).toBe('{"first":true}\n{"last":true}\n')
    const whole = await span('GET /')
    expect((await span('query')).parentSpanContext?.spanId).toBe(whole.spanContext().spanId)
    expect(whole.status.code).toBe(SpanStatusCode.UNSET)
  })

  it('is an error when the source of a stream fails, and none when the client leaves', async () => {
    const { tracing, span } = startTracing()
    const gate = createGate()
    const app = new RestApplication({ tracing, logger: createLog() })
      .get('/broken', async function* () {
        yield 1
        throw new SyntaxError('half-way')
      })
      .get('/left', async function* () {
        yield 1
        await gate.passed
      })
    const { url } = await served(app)
    await fetch(`${url}/broken`)
      .then((response) => response.text())
      .catch(() => undefined)
    const broken = await span('GET /broken')
    expect([broken.status.code, broken.attributes['error.type']]).toEqual([
      SpanStatusCode.ERROR,
      'SyntaxError',
    ])
    expect(broken.events).toHaveLength(1)

    const leaving = new AbortController()
    await fetch(`${url}/left`, { signal: leaving.signal })
    leaving.abort()
    setTimeout(gate.open, 50)
    const left = await span('GET /left')
    expect([left.status.code, left.attributes['error.type']]).toEqual([SpanStatusCode.UNSET, 'ClientLeft'])
  })

  it('is below that of instrumentation-http, which learns the route', async () => {
    const { tracing, span, tracer } = startTracing()
    const app = new RestApplication({ tracing }).get('/users/{userId}', ({ userId }) => ({ userId }))
    const outer = tracer.startSpan('GET')
    const told: { route?: string } = {}
    const key = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')
    const within = trace.setSpan(otel.active(), outer).setValue(key, told)
    await otel.with(within, () => ask(app, '/users/7', { headers: { traceparent } }))
    const inner = await span('GET /users/{userId}')
    expect(inner.parentSpanContext?.spanId).toBe(outer.spanContext().spanId)
    expect([inner.kind, told.route]).toEqual([SpanKind.INTERNAL, '/users/{userId}'])
  })

  it('is not below whoever has opened the server', async () => {
    const { tracing, span, tracer } = startTracing()
    const app = new RestApplication({ tracing }).get('/', () => 1)
    await tracer.startActiveSpan('boot', async () => {
      const { url } = await served(app)
      await (await fetch(url)).text()
    })
    expect((await span('GET /')).parentSpanContext).toBeUndefined()
  })
})

describe('the spans of functions', () => {
  it('are there for what takes time, and hold what it calls', async () => {
    const { tracing, span, spans, tracer } = startTracing()
    const app = new RestApplication({ tracing })
      .onStartup('pool', () => ({ query: () => tracer.startSpan('select').end() }))
      .dependency('user', async ({ pool }) => {
        await after(20)
        pool.query()
        return { name: 'Ada' }
      })
      .dependency('quick', () => 1)
      .get('/', async ({ user, quick }) => {
        await after(5)
        tracer.startSpan('audit').end()
        return { user, quick }
      })
    await ask(app)
    const whole = await span('GET /')
    const [user, handler] = [await span('user'), await span('handler')]
    expect(user.parentSpanContext?.spanId).toBe(whole.spanContext().spanId)
    expect(handler.parentSpanContext?.spanId).toBe(whole.spanContext().spanId)
    expect((await span('select')).parentSpanContext?.spanId).toBe(user.spanContext().spanId)
    expect((await span('audit')).parentSpanContext?.spanId).toBe(handler.spanContext().spanId)
    // By its own clock: it began when the function did, not when it was known to take time.
    expect(user.duration[1] / 1e6).toBeGreaterThanOrEqual(18)
    expect(spans.map(({ name }) => name).sort()).toEqual(['GET /', 'audit', 'handler', 'select', 'user'])
  })

  it('end with the request, where the function does not, and once', async () => {
    const { tracing, span, spans } = startTracing()
    const gate = createGate()
    const app = new RestApplication({ tracing, logger: createLog(), handlerTimeout: 20 })
      .get('/never', () => new Promise(() => undefined))
      .get('/late', () => gate.passed)
    for (const path of ['/never', '/late']) expect((await ask(app, path)).status).toBe(503)
    await span('GET /never')
    await span('GET /late')
    gate.open()
    await after(10)
    const handlers = spans.filter(({ name }) => name === 'handler')
    expect(handlers.map(({ attributes }) => attributes['error.type'])).toEqual(['unfinished', 'unfinished'])
  })

  it('are made for a function that makes spans, fails, or asks for its own', async () => {
    const { tracing, span, spans, tracer } = startTracing()
    const app = new RestApplication({ tracing, logger: createLog() })
      .dependency('noted', () => trace.getActiveSpan()?.setAttribute('seen', true) !== undefined)
      .dependency('asking', () => {
        tracer.startSpan('inner').end()
        return 1
      })
      .dependency('absent', (): number => {
        throw new HttpError(404)
      })
      .get('/', ({ asking, noted }) => ({ asking, noted }))
      .get('/absent', ({ absent }) => absent)
      .get('/broken', () => {
        throw new TypeError('no')
      })
    await ask(app)
    expect((await span('inner')).parentSpanContext?.spanId).toBe((await span('asking')).spanContext().spanId)
    expect((await span('noted')).attributes).toEqual({ seen: true })
    await ask(app, '/broken')
    const handler = await span('handler')
    expect([handler.status.code, handler.attributes['error.type']]).toEqual([
      SpanStatusCode.ERROR,
      'TypeError',
    ])
    await ask(app, '/absent')
    await span('GET /absent')
    expect(spans.map(({ name }) => name)).not.toContain('absent')
  })

  it('are left out on demand, and what they call is below the request', async () => {
    const { tracing, span, spans, tracer } = startTracing({ functions: false })
    const app = new RestApplication({ tracing }).get('/', async () => {
      await after(1)
      tracer.startSpan('audit').end()
    })
    await ask(app)
    const whole = await span('GET /')
    expect((await span('audit')).parentSpanContext?.spanId).toBe(whole.spanContext().spanId)
    expect(spans).toHaveLength(2)
  })

  it('are there beside the times of the request', async () => {
    const { tracing, span } = startTracing()
    const app = new RestApplication({ tracing, serverTiming: true }).get('/', () => after(1, 'later'))
    expect((await ask(app)).headers.get('server-timing')).toMatch(/^handler;dur=/)
    await span('handler')
  })
})

describe('what is passed on', () => {
  const app = (tracing: ReturnType<typeof createTracing>) =>
    new RestApplication({ tracing }).get('/', ({ traceId, traceHeaders }) => ({ traceId, ...traceHeaders }))

  it('names the span of the request as its parent', async () => {
    const { tracing, span } = startTracing()
    const told = await askJson(app(tracing), '/', { headers: { traceparent, tracestate: 'congo=t61' } })
    const { spanId } = (await span('GET /')).spanContext()
    expect(told).toEqual({ traceId: TRACE, traceparent: `00-${TRACE}-${spanId}-01`, tracestate: 'congo=t61' })
  })

  it('goes from server to server, as one trace', async () => {
    const { tracing, span } = startTracing()
    const { url: inner } = await served(
      new RestApplication({ tracing }).get('/inner', ({ traceId }) => traceId),
    )
    const outer = new RestApplication({ tracing }).get('/outer', async ({ traceHeaders, traceId }) => {
      const response = await fetch(`${inner}/inner`, { headers: traceHeaders })
      return [traceId, await response.json()]
    })
    const { url } = await served(outer)
    const ids = (await (await fetch(`${url}/outer`)).json()) as readonly string[]
    const [first, second] = [await span('GET /outer'), await span('GET /inner')]
    expect(ids).toEqual([first.spanContext().traceId, first.spanContext().traceId])
    expect(second.parentSpanContext?.spanId).toBe(first.spanContext().spanId)
  })

  it.each(['nonsense', 'a'.repeat(600), '==,'])(
    'leaves out a state that cannot be read: %s',
    async (tracestate) => {
      const { tracing } = startTracing()
      const told = await askJson(app(tracing), '/', { headers: { traceparent, tracestate } })
      expect(told).toEqual({ traceId: TRACE, traceparent: expect.any(String) })
    },
  )

  it('says that nobody records where that is so', async () => {
    const { tracing, spans } = startTracing({}, new ParentBasedSampler({ root: new AlwaysOffSampler() }))
    const told = (await askJson(app(tracing))) as { traceId: string; traceparent: string }
    expect(told.traceparent).toMatch(new RegExp(`^00-${told.traceId}-[0-9a-f]{16}-00$`))
    await after(5)
    expect(spans).toEqual([])
  })

  it('is as it was where no SDK is', async () => {
    const told = await askJson(app(createTracing()), '/', { headers: { traceparent } })
    expect(told).toEqual({
      traceId: TRACE,
      traceparent: expect.stringMatching(new RegExp(`^00-${TRACE}-(?!${CALLER})[0-9a-f]{16}-01$`)),
    })
  })

  it('is the same in the error that a client gets', async () => {
    const { tracing, span } = startTracing()
    const told = (await askJson(new RestApplication({ tracing }), '/')) as { traceId: string }
    expect(told.traceId).toBe((await span('GET')).spanContext().traceId)
  })

  it('is of one span also for what a write compares itself with', async () => {
    const { tracing, span, spans } = startTracing()
    const ids: string[] = []
    const own = new RestApplication({ tracing }).resource('/thing', (thing) =>
      thing
        .dependency('noted', ({ traceHeaders }) => ids.push(traceHeaders.traceparent ?? ''))
        .etag('auto')
        .get(({ noted: _ }) => ({ same: true }))
        .put(({ noted: _ }) => undefined),
    )
    const tag = (await ask(own, '/thing')).headers.get('etag') ?? ''
    await span('GET /thing')
    ids.length = 0
    const response = await ask(own, '/thing', { method: 'PUT', headers: { 'if-match': tag } })
    expect(response.status).toBe(204)
    await span('PUT /thing')
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
    expect(spans.map(({ name }) => name)).toEqual(['GET /thing', 'PUT /thing'])
  })
})

describe('createTracing', () => {
  it('refuses options that there are none of', () => {
    expect(() => createTracing({ function: true } as object)).toThrow(
      'Cannot make tracing: there is no option "function"; did you mean "functions"?',
    )
  })

  it.each(['onStart', 'onEnd'] as const)('harms no request when %s of a processor fails', async (name) => {
    const log = createLog()
    const told: string[] = []
    diag.setLogger(
      { ...new DiagConsoleLogger(), error: (message) => void told.push(message) },
      { suppressOverrideMessage: true },
    )
    onTestFinished(() => diag.disable())
    const processor: SpanProcessor = {
      onStart: () => undefined,
      onEnd: () => undefined,
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
      [name]() {
        throw new Error('the exporter is gone')
      },
    }
    startTracing()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] })
    const app = new RestApplication({ tracing: createTracing({ tracerProvider }), logger: log })
      .dependency('slow', () => after(1, 'slow'))
      .get('/', ({ slow }) => slow)
      .get('/broken', async () => {
        throw new HttpError(409)
      })
    expect(await askJson(app)).toBe('slow')
    expect((await ask(app, '/broken')).status).toBe(409)
    await eventually(() => log.lines.some(({ message }) => message === 'Tracing GET / failed'))
    expect(told.length > 0).toBe(name === 'onEnd')
  })

  it('harms no request when nothing can be passed on by the propagator', async () => {
    const { tracing } = startTracing()
    propagation.disable()
    const broken = {
      inject() {
        throw new Error('no')
      },
      extract: (context: Context) => context,
      fields: () => [],
    }
    propagation.setGlobalPropagator(broken)
    const app = new RestApplication({ tracing }).get('/', ({ traceHeaders }) => traceHeaders)
    expect(await askJson(app)).toEqual({
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    })
  })

  it('harms no request when what follows it fails', async () => {
    const log = createLog()
    const broken = {
      begin() {
        throw new Error('no')
      },
    }
    const app = new RestApplication({ tracing: broken, logger: log }).get('/', () => 'fine')
    expect(await askJson(app)).toBe('fine')
    expect(log.lines.map(({ message }) => message)).toEqual(['Tracing GET / failed'])
  })
})
