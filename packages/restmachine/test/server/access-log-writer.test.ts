import { describe, expect, it } from 'vitest'
import { createFunctionWriter, createLineWriter } from '../../src/server/access-log-writer.ts'
import { eventually } from './served.ts'

const LIMIT = 8 * 2 ** 20

/** A writer over a place that takes lines when it is let. */
function slowWriter() {
  const written: string[] = []
  const reports: string[] = []
  let go: ((error?: unknown) => void) | undefined
  let released = 0
  const writer = createLineWriter(
    (lines, done) => {
      go = (error) => {
        go = undefined
        if (error === undefined) written.push(...lines)
        done(error)
      }
    },
    () => void released++,
    (message, error) => reports.push(`${message}: ${(error as Error).message}`),
  )
  const next = async (error?: unknown) => {
    await eventually(() => go !== undefined, 'A batch')
    go?.(error)
  }
  return { writer, written, reports, next, isAsked: () => go !== undefined, released: () => released }
}

describe('a writer of lines', () => {
  it('writes one batch at a time, in order, and what comes meanwhile as the next', async () => {
    const { writer, written, next, isAsked } = slowWriter()
    writer.add('1')
    writer.add('2')
    await eventually(isAsked)
    writer.add('3')
    await next()
    expect(written).toEqual(['1', '2'])
    await next()
    expect(written).toEqual(['1', '2', '3'])
  })

  it('keeps as much as the limit says, loses what is beyond, and counts it', async () => {
    const { writer, written, reports, next, isAsked } = slowWriter()
    writer.add('first')
    await eventually(isAsked)
    writer.add('x'.repeat(LIMIT - 1))
    writer.add('y')
    for (let line = 0; line < 3; line++) writer.add('z')
    await next()
    await next()
    await eventually(() => reports.length > 0)
    expect(written.map((line) => line.length)).toEqual([5, LIMIT - 1, 1])
    expect(reports).toEqual(['The access log is written too slowly: 3 lines are lost'])
    writer.add('again')
    await next()
    expect(written.at(-1)).toBe('again')
  })

  it('reports a failure once, until it writes again', async () => {
    const { writer, reports, next } = slowWriter()
    for (const error of [new Error('full'), new Error('full'), undefined, new Error('full')]) {
      writer.add('line')
      await next(error)
    }
    await eventually(() => reports.length >= 2)
    expect(reports).toEqual(Array(2).fill('The access log cannot be written: full'))
  })

  it('writes what is left when it is closed, then lets go, once', async () => {
    const { writer, written, next, released } = slowWriter()
    writer.add('1')
    const closed = writer.close()
    writer.add('too late')
    await next()
    await closed
    await writer.close()
    expect([written, released()]).toEqual([['1'], 1])
  })
})

describe('a writer to a function', () => {
  it('reports one that is async and fails later, and hands over the other lines', async () => {
    const given: string[] = []
    const reports: string[] = []
    const writer = createFunctionWriter(
      async (line) => {
        given.push(line)
        if (line === '1') throw new Error('gone')
      },
      (message, error) => reports.push(`${message}: ${(error as Error).message}`),
    )
    for (const line of ['1', '2', '3']) writer.add(line)
    await writer.close()
    expect(given).toEqual(['1', '2', '3'])
    expect(reports).toEqual(['The access log cannot be written: gone'])
  })

  it('reports one that throws at once, and hands over the other lines', async () => {
    const given: string[] = []
    const reports: string[] = []
    const writer = createFunctionWriter(
      (line) => {
        if (line === '1') throw new Error('gone')
        given.push(line)
      },
      (message) => reports.push(message),
    )
    for (const line of ['1', '2']) writer.add(line)
    await writer.close()
    expect([given, reports]).toEqual([['2'], ['The access log cannot be written']])
  })
})
