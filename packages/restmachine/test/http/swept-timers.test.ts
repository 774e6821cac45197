import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SWEEP_INTERVAL, SweptTimers } from '../../src/http/swept-timers.ts'

describe('SweptTimers', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('tells who is late, each once, within one sweep', () => {
    const timers = new SweptTimers()
    const told: string[] = []
    timers.begin(100, () => told.push('first'))
    timers.begin(200, () => told.push('second'))
    vi.advanceTimersByTime(99)
    expect(told).toEqual([])
    vi.advanceTimersByTime(SWEEP_INTERVAL)
    expect(told).toEqual(['first'])
    vi.advanceTimersByTime(1_000)
    expect(told).toEqual(['first', 'second'])
  })

  it('says nothing to who has ended, and keeps no timer when nobody is under way', () => {
    const timers = new SweptTimers()
    const late = vi.fn()
    timers.end(timers.begin(10, late))
    vi.advanceTimersByTime(SWEEP_INTERVAL)
    expect(late).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
    timers.begin(10, late)
    vi.advanceTimersByTime(SWEEP_INTERVAL)
    expect(late).toHaveBeenCalledOnce()
  })

  it('goes on when who is told begins and ends others', () => {
    const timers = new SweptTimers()
    const told: string[] = []
    timers.begin(10, () => {
      told.push('first')
      timers.end(ended)
      timers.begin(SWEEP_INTERVAL, () => told.push('begun meanwhile'))
    })
    const ended = timers.begin(10, () => told.push('ended'))
    timers.begin(10, () => told.push('last'))
    vi.advanceTimersByTime(SWEEP_INTERVAL)
    expect(told).toEqual(['first', 'last'])
    vi.advanceTimersByTime(SWEEP_INTERVAL)
    expect(told).toEqual(['first', 'last', 'begun meanwhile'])
    vi.advanceTimersByTime(SWEEP_INTERVAL)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps the others when one ends, wherever it stands and however often it is ended', () => {
    for (const at of [0, 1, 2]) {
      const timers = new SweptTimers()
      const told: number[] = []
      const tickets = [0, 1, 2].map((name) => timers.begin(10, () => told.push(name)))
      const [ended] = tickets.splice(at, 1)
      if (ended !== undefined) for (const _ of [1, 2]) timers.end(ended)
      vi.advanceTimersByTime(SWEEP_INTERVAL)
      expect(told).toEqual([0, 1, 2].filter((name) => name !== at))
      for (const ticket of tickets) timers.end(ticket)
    }
  })
})
