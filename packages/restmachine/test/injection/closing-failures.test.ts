import { HttpError, RestApplication } from 'restmachine'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CLOSE_TIME_LIMIT } from '../../src/injection/teardown.ts'
import { ask, createLog, type Log } from '../application/asking.ts'

afterEach(() => void vi.useRealTimers())

function messages(log: Log): string[] {
  return log.lines.map(({ message, details }) => `${message}: ${(details as Error).message}`)
}

/** An outer generator that marks how it ends, and an inner one whose closing is given. */
function around(log: Log, marks: string[], closing: () => unknown) {
  return new RestApplication({ logger: log })
    .dependency('outer', function* () {
      try {
        yield 'outer'
        marks.push('outer committed')
      } catch (error) {
        marks.push(`outer rolled back: ${(error as Error).message}`)
      }
    })
    .dependency('inner', async function* ({ outer }) {
      try {
        yield outer
      } finally {
        await closing()
      }
    })
}

describe('a closing that fails', () => {
  it('makes a success a 500, and rolls the outer generators back', async () => {
    const [log, marks] = [createLog(), [] as string[]]
    const app = around(log, marks, () => Promise.reject(new Error('commit failed'))).get(
      '/',
      ({ inner }) => inner,
    )
    const response = await ask(app)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('commit failed')
    expect(marks).toEqual(['outer rolled back: commit failed'])
    // Once, by the name of the provider: the 500 is the same failure.
    expect(messages(log)).toEqual(['Closing the provider "inner" failed in GET /: commit failed'])
  })

  it.each([
    [409, 0],
    [499, 0],
    [500, 1],
    [503, 1],
  ])('makes it the status of an HttpError: %i, logged %i times', async (status, times) => {
    const [log, marks] = [createLog(), [] as string[]]
    const app = around(log, marks, () => {
      throw new HttpError(status, 'changed meanwhile')
    }).get('/', ({ inner }) => inner)
    const response = await ask(app)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ detail: 'changed meanwhile' })
    expect(marks).toEqual(['outer rolled back: changed meanwhile'])
    expect(log.lines).toHaveLength(times)
  })

  it('is reported whatever its status, when it does not become the answer', async () => {
    const [log, marks] = [createLog(), [] as string[]]
    const refuse = () => Promise.reject(new HttpError(409, 'changed meanwhile'))
    const app = around(log, marks, refuse)
      .get('/', ({ inner }) => {
        throw new HttpError(422, `no ${inner}`)
      })
      .get('/stream', ({ inner }) => new Response(inner).body)
    const closing = 'Closing the provider "inner" failed in'
    expect((await ask(app)).status).toBe(422)
    expect(messages(log)).toEqual([`${closing} GET /: changed meanwhile`])
    expect(await (await ask(app, '/stream')).text()).toBe('outer')
    await vi.waitFor(() => expect(messages(log)[1]).toBe(`${closing} GET /stream: changed meanwhile`))
  })

  it('does not take the place of what ended the request', async () => {
    const [log, marks] = [createLog(), [] as string[]]
    const app = around(log, marks, () => Promise.reject(new Error('rollback failed'))).get(
      '/',
      ({ inner }) => {
        throw new HttpError(422, `no ${inner}`)
      },
    )
    expect((await ask(app)).status).toBe(422)
    expect(marks).toEqual(['outer rolled back: no outer'])
    expect(messages(log)).toEqual(['Closing the provider "inner" failed in GET /: rollback failed'])
  })

  it('in a synchronous generator does the same', async () => {
    const [log, marks] = [createLog(), [] as string[]]
    const app = new RestApplication({ logger: log })
      .dependency('outer', async function* () {
        try {
          yield 'outer'
        } catch (error) {
          marks.push((error as Error).message)
        }
      })
      .dependency('inner', function* ({ outer }) {
        yield outer
        throw new Error('commit failed')
      })
      .get('/', ({ inner }) => inner)
    expect((await ask(app)).status).toBe(500)
    expect(marks).toEqual(['commit failed'])
  })

  it.each([undefined, null, 0, ''])('by throwing %s does the same', async (thrown) => {
    const app = new RestApplication({ logger: createLog() })
      .dependency('odd', function* () {
        yield 'odd'
        throw thrown
      })
      .get('/', ({ odd }) => odd)
    expect((await ask(app)).status).toBe(500)
  })

  it('leaves no generator open, however many fail', async () => {
    const [log, closed] = [createLog(), [] as number[]]
    function* open(index: number) {
      try {
        yield index
      } finally {
        closed.push(index)
        // biome-ignore lint/correctness/noUnsafeFinally: the closing is to fail
        throw new Error(`closing ${index}`)
      }
    }
    const app = new RestApplication({ logger: log })
      .dependency('one', function* () {
        yield* open(1)
      })
      .dependency('two', async function* () {
        yield* open(2)
      })
      .dependency('three', function* () {
        yield* open(3)
      })
      .get('/', ({ one, two, three }) => [one, two, three])
    expect((await ask(app)).status).toBe(500)
    expect(closed.toSorted()).toEqual([1, 2, 3])
    expect(log.lines).toHaveLength(3)
  })
})

describe('a closing that takes too long', () => {
  it('is given up after 5 s, named in the log, and the others are closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const [log, marks] = [createLog(), [] as string[]]
    const app = around(log, marks, () => new Promise(() => undefined)).get('/', ({ inner }) => inner)
    const pending = ask(app)
    let answered = false
    void pending.then(() => {
      answered = true
    })
    expect(CLOSE_TIME_LIMIT).toBe(5_000)
    await vi.advanceTimersByTimeAsync(CLOSE_TIME_LIMIT - 1)
    expect(answered).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect((await pending).status).toBe(500)
    const message = 'Cannot close the provider "inner": it took longer than 5000 ms'
    expect(marks).toEqual([`outer rolled back: ${message}`])
    expect(messages(log)[0]).toBe(`Closing the provider "inner" failed in GET /: ${message}`)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind when it is in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const app = around(createLog(), [], async () => undefined).get('/', ({ inner }) => inner)
    expect((await ask(app)).status).toBe(200)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a generator that does not yield once', () => {
  const never: readonly (readonly [string, () => unknown])[] = [
    ['sync', function* () {}],
    ['async', async function* () {}],
  ]
  it.each(never)('but never (%s) is a 500 with a clear line in the log', async (_, empty) => {
    const log = createLog()
    const app = new RestApplication({ logger: log }).dependency('empty', empty).get('/', ({ empty }) => empty)
    expect((await ask(app)).status).toBe(500)
    expect(messages(log)).toEqual([
      '500 in GET /: Cannot open the provider "empty": its generator ended without a yield',
    ])
  })

  const twice: readonly (readonly [string, (marks: string[]) => () => unknown])[] = [
    [
      'sync',
      (marks: string[]) =>
        function* () {
          try {
            yield 1
            yield 2
          } finally {
            marks.push('ended')
          }
        },
    ],
    [
      'async',
      (marks: string[]) =>
        async function* () {
          try {
            yield 1
            yield 2
          } finally {
            marks.push('ended')
          }
        },
    ],
  ]
  it.each(twice)('but twice (%s) is a 500 with a clear line in the log, and is ended', async (_, twice) => {
    const [log, marks] = [createLog(), [] as string[]]
    const app = new RestApplication({ logger: log })
      .dependency('twice', twice(marks))
      .get('/', ({ twice }) => twice)
    expect((await ask(app)).status).toBe(500)
    expect(messages(log)[0]).toBe(
      'Closing the provider "twice" failed in GET /: Cannot close the provider "twice": it yielded a second time; a provider yields once',
    )
    await vi.waitFor(() => expect(marks).toEqual(['ended']))
  })
})
