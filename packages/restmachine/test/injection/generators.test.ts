import { HttpError, RestApplication, respond } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, createLog } from '../application/asking.ts'

/** An application with a generator that marks how it was left: `commit`, or `rollback` and why. */
function withTransaction(kind: 'sync' | 'async', marks: string[]) {
  function* sync() {
    try {
      yield 'transaction'
      marks.push('commit')
    } catch (error) {
      marks.push(`rollback: ${(error as Error).message}`)
      throw error
    } finally {
      marks.push('released')
    }
  }
  async function* later() {
    yield* sync()
  }
  const app = new RestApplication({ logger: createLog() })
  return kind === 'sync' ? app.dependency('transaction', sync) : app.dependency('transaction', later)
}

describe.each(['sync', 'async'] as const)('a provider that is a generator (%s)', (kind) => {
  it('goes on after its yield when the handler is done', async () => {
    const marks: string[] = []
    const app = withTransaction(kind, marks).get('/', ({ transaction }) => {
      marks.push(`handler with ${transaction}`)
    })
    expect((await ask(app)).status).toBe(204)
    expect(marks).toEqual(['handler with transaction', 'commit', 'released'])
  })

  it('is not closed when nobody opened it', async () => {
    const marks: string[] = []
    const app = withTransaction(kind, marks).get('/', () => 'nothing')
    await ask(app)
    expect(marks).toEqual([])
  })

  it.each([
    ['an error', () => new Error('broken'), 500],
    ['an HttpError', () => new HttpError(409, 'broken'), 409],
  ])('learns of %s that ended the request, at its yield', async (_, failure, status) => {
    const marks: string[] = []
    const app = withTransaction(kind, marks).get('/', ({ transaction }) => {
      throw Object.assign(failure(), { transaction })
    })
    expect((await ask(app)).status).toBe(status)
    expect(marks).toEqual(['rollback: broken', 'released'])
  })

  it('learns of a failure in a renderer, too', async () => {
    const marks: string[] = []
    const app = withTransaction(kind, marks).get('/', ({ transaction }) => transaction, {
      provides: {
        'application/json': () => {
          throw new Error('cannot write')
        },
      },
    })
    expect((await ask(app)).status).toBe(500)
    expect(marks).toEqual(['rollback: cannot write', 'released'])
  })

  it('commits when the graph ends with 404: that is an answer, not a failure', async () => {
    const marks: string[] = []
    const app = withTransaction(kind, marks).get('/', () => 'never', {
      resourceExists: ({ transaction }) => transaction === 'another',
    })
    expect((await ask(app)).status).toBe(404)
    expect(marks).toEqual(['commit', 'released'])
  })

  it('commits when a handler responds with an error status by itself', async () => {
    const marks: string[] = []
    const app = withTransaction(kind, marks).get('/', ({ transaction }) => respond(transaction, 503))
    expect((await ask(app)).status).toBe(503)
    expect(marks).toEqual(['commit', 'released'])
  })
})

describe('several generators', () => {
  it('are closed one after another, last opened first', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .dependency('outer', async function* () {
        marks.push('open outer')
        yield 1
        await new Promise((resolve) => setTimeout(resolve, 1))
        marks.push('close outer')
      })
      .dependency('middle', function* ({ outer }) {
        marks.push('open middle')
        yield outer + 1
        marks.push('close middle')
      })
      .dependency('inner', async function* ({ middle }) {
        marks.push('open inner')
        yield middle + 1
        await new Promise((resolve) => setTimeout(resolve, 5))
        marks.push('close inner')
      })
      .get('/', ({ outer, inner }) => [outer, inner])
    await ask(app)
    expect(marks).toEqual([
      ...['open outer', 'open middle', 'open inner'],
      ...['close inner', 'close middle', 'close outer'],
    ])
  })

  it('are all told what ended the request', async () => {
    const told: string[] = []
    const failure = new Error('broken')
    function* open(name: string) {
      try {
        yield name
      } catch (error) {
        if (error === failure) told.push(name)
      }
    }
    const app = new RestApplication({ logger: createLog() })
      .dependency('one', function* () {
        yield* open('one')
      })
      .dependency('two', async function* () {
        yield* open('two')
      })
      .get('/', ({ one, two }) => {
        throw Object.assign(failure, { one, two })
      })
    await ask(app)
    expect(told).toEqual(['two', 'one'])
  })
})

describe('swallowing the failure at the yield', () => {
  it('does not change the response', async () => {
    const app = new RestApplication({ logger: createLog() })
      .dependency('tolerant', function* () {
        try {
          yield 1
        } catch {
          // Nothing happened.
        }
      })
      .get('/', ({ tolerant }) => {
        throw new HttpError(410, `gone ${tolerant}`)
      })
    const response = await ask(app)
    expect(response.status).toBe(410)
    expect(await response.json()).toMatchObject({ detail: 'gone 1' })
  })

  it('does not hide it from the generators around', async () => {
    const marks: string[] = []
    const app = withTransaction('async', marks)
      .dependency('tolerant', async function* ({ transaction }) {
        try {
          yield transaction
        } catch {
          marks.push('swallowed')
        }
      })
      .get('/', ({ tolerant }) => {
        throw new Error(`no ${tolerant}`)
      })
    await ask(app)
    expect(marks).toEqual(['swallowed', 'rollback: no transaction', 'released'])
  })
})

describe('before the response', () => {
  it.each(['plain', 'problem'])('a tear-down can still set a header field of a %s', async (kind) => {
    const app = new RestApplication({ logger: createLog() })
      .dependency('timer', function* ({ responseHeaders }) {
        yield 'started'
        responseHeaders.set('X-Response-Time', '5ms')
      })
      .dependency('auditor', async function* ({ responseHeaders }) {
        try {
          yield
        } finally {
          responseHeaders.append('Set-Cookie', 'a=1')
          responseHeaders.append('Set-Cookie', 'b=2')
        }
      })
      .get('/', ({ timer, auditor }) => ({ timer, auditor }), {
        resourceExists: ({ timer, auditor }) => kind === 'plain' && timer !== auditor,
      })
    const response = await ask(app)
    expect(response.status).toBe(kind === 'plain' ? 200 : 404)
    expect(response.headers.get('x-response-time')).toBe('5ms')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })
})
