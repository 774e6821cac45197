import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson, createLog } from './asking.ts'

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

describe('requestId', () => {
  it('is a new one for each request, whatever the client sends', async () => {
    const app = new RestApplication().get('/', ({ requestId }) => requestId)
    const headers = { 'x-request-id': 'mine' }
    const ids = [await askJson(app, '/', { headers }), await askJson(app, '/', { headers })]
    expect(ids).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)])
    expect(ids[0]).not.toBe(ids[1])
  })

  it('is the same for everybody in a request, and in its problem', async () => {
    const seen: string[] = []
    const app = new RestApplication({ logger: createLog() })
      .dependency('log', ({ requestId }) => seen.push(requestId))
      .get('/', ({ log, requestId }) => {
        seen.push(requestId)
        throw new Error(`broken ${log}`)
      })
    expect(await askJson(app)).toMatchObject({ status: 500, requestId: seen[0] })
    expect(seen).toEqual([seen[0], seen[0]])
  })

  it('comes from where the innermost layer says', async () => {
    let count = 0
    const router = new Router()
      .requestId(() => 'router')
      .get('/', ({ requestId }) => requestId)
      .get('/missing', () => 1, { resourceExists: () => false })
    const app = new RestApplication()
      .requestId(async ({ requestHeaders }) => `${requestHeaders.get('x-request-id')} ${++count}`)
      .get('/', ({ requestId, traceId }) => [requestId, traceId.length])
      .mount('/router', router)
    const headers = { 'x-request-id': 'mine' }
    expect(await askJson(app, '/', { headers })).toEqual(['mine 1', 32])
    expect(await askJson(app, '/nowhere', { headers })).toMatchObject({ requestId: 'mine 2' })
    expect(await askJson(app, '/router')).toBe('router')
    expect(await askJson(app, '/router/missing')).toMatchObject({ requestId: 'router' })
  })

  it('that cannot be made is left out of a problem, and told in the log', async () => {
    const log = createLog()
    const app = new RestApplication({ logger: log })
      .requestId(() => Promise.reject(new Error('no secret id')))
      .get('/', () => 1)
    const response = await ask(app, '/nowhere')
    expect(response.status).toBe(404)
    expect(await response.json()).not.toHaveProperty('requestId')
    expect(log.lines).toEqual([
      { message: expect.stringContaining('The requestId of'), details: new Error('no secret id') },
    ])
    expect((await ask(app)).status).toBe(200)
  })
})

describe('traceId', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

  it('is that of traceparent, else a new one', async () => {
    const app = new RestApplication().get('/', ({ traceId }) => traceId)
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` }
    expect(await askJson(app, '/', { headers })).toBe(trace)
    expect(await askJson(app, '/', { headers: { traceparent: 'nonsense' } })).toMatch(/^[\da-f]{32}$/)
    expect(await askJson(app)).not.toBe(await askJson(app))
    expect(await askJson(app, '/nowhere', { headers })).toMatchObject({ traceId: trace })
  })

  it('comes from where the application says', async () => {
    const app = new RestApplication().traceId(({ requestId }) => `trace of ${requestId}`).requestId(() => '7')
    expect(await askJson(app, '/nowhere')).toMatchObject({ requestId: '7', traceId: 'trace of 7' })
  })
})
