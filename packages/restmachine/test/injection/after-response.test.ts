import { HttpError, RestApplication } from 'restmachine'
import { describe, expect, it, vi } from 'vitest'
import { FakeExchange } from '../../../../bench/fake-exchange.ts'
import { ask, createLog } from '../application/asking.ts'

/** An application whose providers mark when and how they are closed. */
function marking(marks: string[], options: { close?: 'after-response' } = {}) {
  return new RestApplication({ logger: createLog() })
    .dependency('before', function* () {
      try {
        yield 'before'
        marks.push('before closed')
      } catch (error) {
        marks.push(`before rolled back: ${(error as Error).message}`)
      }
    })
    .dependency(
      'after',
      async function* () {
        try {
          yield 'after'
          marks.push('after closed')
        } catch (error) {
          marks.push(`after rolled back: ${(error as Error).message}`)
        }
      },
      options,
    )
}

/** A stream of so many chunks, each made when it is asked for. */
function streamOf(count: number, marks: string[]): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream(
    {
      pull(controller) {
        if (sent === count) return controller.close()
        marks.push(`chunk ${++sent}`)
        controller.enqueue(new TextEncoder().encode('x'))
      },
    },
    { highWaterMark: 0 },
  )
}

describe("close: 'after-response'", () => {
  it('closes after the response is there, the others before', async () => {
    const marks: string[] = []
    const app = marking(marks, { close: 'after-response' }).get('/', ({ before, after }) => [before, after])
    const outcome = await app.answer(new FakeExchange('/', {}))
    expect(marks).toEqual(['before closed'])
    outcome.afterwards?.()
    await vi.waitFor(() => expect(marks).toEqual(['before closed', 'after closed']))
  })

  it('closes without anybody calling for it when asked in process', async () => {
    const marks: string[] = []
    const app = marking(marks, { close: 'after-response' }).get('/', ({ after }) => after)
    expect((await ask(app)).status).toBe(200)
    expect(marks).toEqual([])
    await vi.waitFor(() => expect(marks).toEqual(['after closed']))
  })

  it('learns what ended the request, too', async () => {
    const marks: string[] = []
    const app = marking(marks, { close: 'after-response' }).get('/', ({ before, after }) => {
      throw new HttpError(409, `${before} ${after}`)
    })
    expect((await ask(app)).status).toBe(409)
    await vi.waitFor(() =>
      expect(marks).toEqual(['before rolled back: before after', 'after rolled back: before after']),
    )
  })

  it('learns that the closing of another failed', async () => {
    const marks: string[] = []
    const app = marking(marks, { close: 'after-response' })
      .dependency('broken', function* () {
        yield 'broken'
        throw new Error('commit failed')
      })
      .get('/', ({ after, broken }) => [after, broken])
    expect((await ask(app)).status).toBe(500)
    await vi.waitFor(() => expect(marks).toEqual(['after rolled back: commit failed']))
  })

  it('cannot change the response any more; a failure is told in the log', async () => {
    const log = createLog()
    const app = new RestApplication({ logger: log })
      .dependency(
        'late',
        function* () {
          yield 'late'
          throw new Error('too late')
        },
        { close: 'after-response' },
      )
      .get('/', ({ late }) => late)
    expect((await ask(app)).status).toBe(200)
    await vi.waitFor(() => expect(log.lines).toHaveLength(1))
    expect(log.lines[0]?.message).toBe('Closing the provider "late" failed in GET /')
  })
})

describe('a streamed body', () => {
  it('keeps what the request opened until its end', async () => {
    const marks: string[] = []
    const app = marking(marks).get('/', ({ before, after }) => {
      marks.push(`${before} and ${after} are open`)
      return streamOf(2, marks)
    })
    const response = await ask(app)
    expect(marks).not.toContain('before closed')
    expect(await response.text()).toBe('xx')
    await vi.waitFor(() =>
      expect(marks).toEqual([
        ...['before and after are open', 'chunk 1', 'chunk 2'],
        ...['after closed', 'before closed'],
      ]),
    )
  })

  it('closes what the request opened when the client leaves, with a failure', async () => {
    const marks: string[] = []
    const app = marking(marks).get('/', ({ before, after }) => streamOf(before.length + after.length, []))
    const reader = ((await ask(app)).body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    expect(marks).toEqual([])
    await reader.cancel(new Error('left'))
    await vi.waitFor(() => expect(marks).toEqual(['after rolled back: left', 'before rolled back: left']))
  })

  it('closes what the request opened when it breaks off', async () => {
    const marks: string[] = []
    const app = marking(marks).get(
      '/',
      ({ before }) =>
        new ReadableStream({
          pull() {
            throw new Error(`no ${before}`)
          },
        }),
    )
    await expect((await ask(app)).text()).rejects.toThrow()
    await vi.waitFor(() => expect(marks).toEqual(['before rolled back: no before']))
  })

  it('of a web Response keeps it, too', async () => {
    const marks: string[] = []
    const app = marking(marks).get(
      '/',
      ({ before }) => new Response(streamOf(1, marks), { headers: { 'x-before': before } }),
    )
    const response = await ask(app)
    expect(marks).not.toContain('before closed')
    expect(await response.text()).toBe('x')
    await vi.waitFor(() => expect(marks).toEqual(['chunk 1', 'before closed']))
  })

  it('that HEAD leaves out is not waited for', async () => {
    const marks: string[] = []
    const app = marking(marks).get('/', ({ before }) => streamOf(before.length, marks))
    expect((await ask(app, '/', { method: 'HEAD' })).status).toBe(200)
    await vi.waitFor(() => expect(marks).toEqual(['before closed']))
  })
})
