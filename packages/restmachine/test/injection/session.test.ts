import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson, createGate, createLog } from '../application/asking.ts'

describe("scope: 'session'", () => {
  it('opens once in the process, when it is first used', async () => {
    let opened = 0
    const app = new RestApplication()
      .dependency('pool', () => ({ number: ++opened }), { scope: 'session' })
      .get('/', ({ pool }) => pool.number)
      .get('/again', ({ pool }) => pool.number)
      .get('/without', () => 'nothing')
    await app.startup()
    await ask(app, '/without')
    expect(opened).toBe(0)
    expect([await askJson(app), await askJson(app), await askJson(app, '/again')]).toEqual([1, 1, 1])
  })

  it.each([undefined, null, 0, '', false])('opens once also when the value is %s', async (value) => {
    let opened = 0
    const app = new RestApplication()
      .dependency(
        'value',
        async () => {
          opened++
          return value
        },
        { scope: 'session' },
      )
      .get('/', ({ value }) => [String(value)])
    expect([await askJson(app), await askJson(app), await askJson(app)]).toEqual(
      Array(3).fill([String(value)]),
    )
    expect(opened).toBe(1)
  })

  it('opens once when 100 ask at once', async () => {
    let opened = 0
    const gate = createGate()
    const app = new RestApplication()
      .dependency(
        'pool',
        async () => {
          opened++
          await gate.passed
          return { number: opened }
        },
        { scope: 'session' },
      )
      .dependency('connection', ({ pool }) => pool.number)
      .get('/', ({ connection }) => connection)
      .get('/direct', ({ pool }) => pool.number)
    const answers = Array.from({ length: 100 }, (_, index) => askJson(app, index % 2 === 0 ? '/' : '/direct'))
    gate.open()
    expect(new Set(await Promise.all(answers))).toEqual(new Set([1]))
    expect(opened).toBe(1)
  })

  it('may use what other session values are', async () => {
    const app = new RestApplication()
      .dependency('host', async () => 'db', { scope: 'session' })
      .dependency('pool', ({ host }) => `pool of ${host}`, { scope: 'session' })
      .get('/', ({ pool }) => pool)
    expect(await askJson(app)).toBe('pool of db')
  })

  it('can be provided by a router', async () => {
    let opened = 0
    const app = new RestApplication().resource('/', (resource) =>
      resource.dependency('pool', () => ++opened, { scope: 'session' }).get(({ pool }) => pool),
    )
    expect([await askJson(app), await askJson(app)]).toEqual([1, 1])
  })

  it.each(['at once', 'later'])('does not keep an opening that failed %s', async (when) => {
    let tried = 0
    const app = new RestApplication({ logger: createLog() })
      .dependency(
        'pool',
        () => {
          if (++tried > 2) return tried
          if (when === 'at once') throw new Error('no connection')
          return Promise.reject(new Error('no connection'))
        },
        { scope: 'session' },
      )
      .dependency('repository', ({ pool }) => [pool], { scope: 'session' })
      .get('/', ({ repository }) => repository)
    expect((await ask(app)).status).toBe(500)
    expect((await ask(app)).status).toBe(500)
    expect([await askJson(app), await askJson(app)]).toEqual([[3], [3]])
  })

  it('gives one failed opening to all who wait for it', async () => {
    let tried = 0
    const gate = createGate()
    const app = new RestApplication({ logger: createLog() })
      .dependency(
        'pool',
        async () => {
          tried++
          await gate.passed
          throw new Error('no connection')
        },
        { scope: 'session' },
      )
      .get('/', ({ pool }) => pool)
    const answers = Array.from({ length: 10 }, () => ask(app))
    gate.open()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(10).fill(500))
    expect(tried).toBe(1)
  })

  it('of two applications is two', async () => {
    let opened = 0
    const make = () =>
      new RestApplication()
        .dependency('pool', () => ++opened, { scope: 'session' })
        .get('/', ({ pool }) => pool)
    expect([await askJson(make()), await askJson(make())]).toEqual([1, 2])
  })
})

describe('closing the session', () => {
  it('closes its generators in reverse, after the shutdown handlers', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onShutdown(() => marks.push('shutdown'))
      .onStartup('first', async function* () {
        yield 1
        await Promise.resolve()
        marks.push('first closed')
      })
      .dependency(
        'second',
        function* ({ first }) {
          yield first + 1
          marks.push('second closed')
        },
        { scope: 'session' },
      )
      .get('/', ({ second }) => second)
    await app.startup()
    expect(await askJson(app)).toBe(2)
    expect(marks).toEqual([])
    await app.shutdown()
    expect(marks).toEqual(['shutdown', 'second closed', 'first closed'])
  })

  it('closes the others as ever when one cannot be closed, and tells so', async () => {
    const marks: string[] = []
    const log = createLog()
    const app = new RestApplication({ logger: log })
      .onStartup('first', function* () {
        yield 1
        marks.push('first closed')
      })
      .onStartup('second', async function* () {
        yield 2
        throw new Error('still busy')
      })
      .onStartup('third', function* () {
        yield 3
        marks.push('third closed')
      })
    await app.startup()
    await app.shutdown()
    expect(marks).toEqual(['third closed', 'first closed'])
    expect(log.lines).toEqual([
      { message: 'Closing the provider "second" failed at shutdown', details: new Error('still busy') },
    ])
  })

  it('closes what is opened while it closes', async () => {
    const marks: string[] = []
    const gate = createGate()
    const app = new RestApplication()
      .dependency(
        'late',
        async function* () {
          await gate.passed
          try {
            yield 'late'
          } finally {
            marks.push('late closed')
          }
        },
        { scope: 'session' },
      )
      .get('/', ({ late }) => late)
    const answer = ask(app)
    await app.shutdown()
    gate.open()
    await answer
    expect(marks).toEqual(['late closed'])
  })

  it('does not close what only looks like a generator', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onStartup('iterator', () => [1, 2].values())
      .onShutdown(({ iterator }) => marks.push(String(iterator.next().value)))
    await app.startup()
    await app.shutdown()
    expect(marks).toEqual(['1'])
  })
})
