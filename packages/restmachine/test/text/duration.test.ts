import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { type Duration, parseDuration } from '../../src/text/duration.ts'

describe('parseDuration', () => {
  it.each<[Duration, number]>([
    [1, 1],
    [0.5, 0.5],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
  ])('%j is %i ms', (duration, milliseconds) => {
    assert.equal(parseDuration(duration), milliseconds)
  })

  it('refuses what is no span above 0', () => {
    for (const wrong of [0, -1, Number.NaN, '', '5', '5 m', '0s', '-5m', '5M', '1w', '5m5s', ' 5m'])
      assert.throws(
        () => parseDuration(wrong as Duration),
        /RangeError: Cannot read a span of time: .* got "/,
      )
  })
})
