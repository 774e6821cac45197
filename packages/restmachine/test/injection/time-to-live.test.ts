import { type Duration, RestApplication } from 'restmachine'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask, askJson, createGate, createLog } from '../application/asking.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('a value with a time to live', () => {
  it.each<[Duration, number]>([
    [250, 250],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
  ])('of %s is made anew after %i ms, and not before', async (ttl, milliseconds) => {
    let made = 0
    const app = new RestApplication()
      .dependency('rates', () => ++made, { ttl })
      .get('/', ({ rates }) => rates)
    expect(await askJson(app)).toBe(1)
    vi.advanceTimersByTime(milliseconds - 1)
    expect(await askJson(app)).toBe(1)
    vi.advanceTimersByTime(1)
    expect(await askJson(app)).toBe(2)
    vi.advanceTimersByTime(milliseconds - 1)
    expect(await askJson(app)).toBe(2)
  })

  it('is made anew once, however many ask', async () => {
    let made = 0
    let gate = createGate()
    const app = new RestApplication()
      .dependency(
        'rates',
        async () => {
          const mine = ++made
          await gate.passed
          return mine
        },
        { ttl: '1m' },
      )
      .get('/', ({ rates }) => rates)
    for (const round of [1, 2, 3]) {
      const answers = Array.from({ length: 50 }, () => askJson(app))
      gate.open()
      expect(new Set(await Promise.all(answers))).toEqual(new Set([round]))
      gate = createGate()
      vi.advanceTimersByTime(60_000)
    }
    expect(made).toBe(3)
  })

  it('counts its time from when the value is there', async () => {
    let made = 0
    const gate = createGate()
    const app = new RestApplication()
      .dependency(
        'rates',
        async () => {
          await gate.passed
          return ++made
        },
        { ttl: '1s' },
      )
      .get('/', ({ rates }) => rates)
    const first = askJson(app)
    vi.advanceTimersByTime(5_000)
    gate.open()
    expect(await first).toBe(1)
    expect(await askJson(app)).toBe(1)
  })

  it('tries again at the next request when renewing failed', async () => {
    let made = 0
    const app = new RestApplication({ logger: createLog() })
      .dependency(
        'rates',
        async () => {
          if (++made === 2) throw new Error('no rates today')
          return made
        },
        { ttl: '1s' },
      )
      .get('/', ({ rates }) => rates)
    expect(await askJson(app)).toBe(1)
    vi.advanceTimersByTime(1_000)
    expect((await ask(app)).status).toBe(500)
    expect(await askJson(app)).toBe(3)
    expect(await askJson(app)).toBe(3)
  })

  it('stays the same within one request', async () => {
    let made = 0
    const app = new RestApplication()
      .dependency('rates', () => ++made, { ttl: '1s' })
      .dependency('before', ({ rates }) => {
        vi.advanceTimersByTime(2_000)
        return rates
      })
      .dependency('after', async ({ before, rates }) => [before, rates])
      .get('/', ({ after, rates }) => [...after, rates])
    expect(await askJson(app)).toEqual([1, 1, 1])
    expect(await askJson(app)).toEqual([2, 2, 2])
  })
})
