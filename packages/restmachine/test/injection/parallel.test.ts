import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson, createGate, createLog } from '../application/asking.ts'

describe('independent asynchronous providers', () => {
  it('run side by side: each waits until the other has begun', async () => {
    const [left, right] = [createGate(), createGate()]
    const app = new RestApplication({ handlerTimeout: '2s', logger: createLog() })
      .dependency('left', async () => {
        left.open()
        await right.passed
        return 'left'
      })
      .dependency('right', async () => {
        right.open()
        await left.passed
        return 'right'
      })
      .get('/', ({ left, right }) => [left, right])
    expect(await askJson(app)).toEqual(['left', 'right'])
  })

  it('run side by side also behind providers that need them', async () => {
    const [left, right] = [createGate(), createGate()]
    const app = new RestApplication({ handlerTimeout: '2s', logger: createLog() })
      .dependency('left', async () => {
        left.open()
        await right.passed
        return 'left'
      })
      .dependency('right', async () => {
        right.open()
        await left.passed
        return 'right'
      })
      .dependency('upper', ({ left }) => `upper ${left}`)
      .dependency('other', ({ right }) => `other ${right}`)
      .get('/', ({ upper, other }) => [upper, other])
    expect(await askJson(app)).toEqual(['upper left', 'other right'])
  })

  it('run once when several wait for the same one', async () => {
    let made = 0
    const app = new RestApplication()
      .dependency('slow', async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return ++made
      })
      .dependency('left', async ({ slow }) => slow)
      .dependency('right', ({ slow }) => slow)
      .get('/', ({ left, right, slow }) => [left, right, slow])
    expect(await askJson(app)).toEqual([1, 1, 1])
  })

  it('run one after the other where one needs the other', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .dependency('first', async () => {
        marks.push('first begins')
        await new Promise((resolve) => setTimeout(resolve, 1))
        marks.push('first ends')
        return 1
      })
      .dependency('second', async ({ first }) => marks.push(`second begins with ${first}`))
      .get('/', ({ second, first }) => [first, second])
    await ask(app)
    expect(marks).toEqual(['first begins', 'first ends', 'second begins with 1'])
  })
})

describe('when one of several providers fails', () => {
  it.each(['at once', 'later'])('%s, the others are waited for and closed', async (when) => {
    const marks: string[] = []
    const log = createLog()
    const app = new RestApplication({ logger: log })
      .dependency('slow', async function* () {
        await new Promise((resolve) => setTimeout(resolve, 5))
        marks.push('opened')
        try {
          yield 'slow'
        } catch (error) {
          marks.push(`closed with ${(error as Error).message}`)
          throw error
        }
      })
      .dependency('broken', () => {
        if (when === 'at once') throw new Error('broken')
        return Promise.reject(new Error('broken'))
      })
      .get('/', ({ slow, broken }) => [slow, broken])
    expect((await ask(app)).status).toBe(500)
    expect(marks).toEqual(['opened', 'closed with broken'])
    expect(log.lines.map(({ message }) => message)).toEqual(['500 in GET /'])
  })

  it('those after one that fails at once are not begun', async () => {
    const begun: string[] = []
    const app = new RestApplication({ logger: createLog() })
      .dependency('broken', () => {
        begun.push('broken')
        throw new Error('broken')
      })
      .dependency('after', () => begun.push('after'))
      .get('/', ({ broken, after }) => [broken, after])
    expect((await ask(app)).status).toBe(500)
    expect(begun).toEqual(['broken'])
  })

  it.each(['at once', 'later'])(
    '%s, it is not asked again in the request, also not by an error handler',
    async (when) => {
      let asked = 0
      const failure = new Error('broken')
      const log = createLog()
      const app = new RestApplication({ logger: log })
        .dependency('broken', (): string | Promise<string> => {
          asked++
          if (when === 'at once') throw failure
          return Promise.reject(failure)
        })
        .dependency('left', ({ broken }) => broken)
        .dependency('right', async ({ broken }) => broken)
        .handlesError(500, ({ broken }) => ({ seen: broken }))
        .get('/', ({ left, right }) => [left, right])
      const response = await ask(app)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(asked).toBe(1)
      expect(log.lines).toContainEqual({ message: '500 in GET /', details: failure })
      expect(log.lines).toContainEqual({
        message: 'The error handler for 500 of GET / failed',
        details: failure,
      })
    },
  )

  it('the next request asks it again', async () => {
    let asked = 0
    const app = new RestApplication({ logger: createLog() })
      .dependency('shaky', async () => {
        if (++asked === 1) throw new Error('broken')
        return 'well'
      })
      .get('/', ({ shaky }) => shaky)
    expect((await ask(app)).status).toBe(500)
    expect(await askJson(app)).toBe('well')
  })
})
