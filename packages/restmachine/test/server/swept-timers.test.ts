import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SWEEP_INTERVAL, SweptTimers } from '../../src/server/swept-timers.ts'

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
})
