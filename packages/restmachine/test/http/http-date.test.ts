import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatHttpDate, parseHttpDate } from '../../src/http/http-date.ts'

const NOVEMBER_1994 = 784111777000
const IN_2026 = Date.UTC(2026, 5, 15)

describe('RFC 9110 §5.6.7, dates', () => {
  it('reads back what it writes, to the second', () => {
    const time = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(time, (date) => {
        expect(parseHttpDate(formatHttpDate(date.getTime()))).toBe(Math.floor(date.getTime() / 1000) * 1000)
      }),
      { examples: [[new Date('0050-03-01T00:00:00Z')], [new Date('1969-12-31T23:59:59.999Z')]] },
    )
  })

  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'reads the example %s',
    (value) => {
      expect(parseHttpDate(value)).toBe(NOVEMBER_1994)
    },
  )

  it('reads an asctime date with two digits for the day', () => {
    expect(parseHttpDate('Wed Nov 16 08:49:37 1994')).toBe(NOVEMBER_1994 + 10 * 86_400_000)
  })

  it('has no time without a field', () => {
    expect(parseHttpDate(undefined)).toBeUndefined()
  })

  it('reads a year of two digits as the past one when it seems over 50 years ahead', () => {
    const yearOf = (year: string, now: number) =>
      new Date(parseHttpDate(`Sunday, 15-Jun-${year} 00:00:00 GMT`, now) ?? Number.NaN).getUTCFullYear()
    expect(yearOf('26', IN_2026)).toBe(2026)
    expect(yearOf('76', IN_2026)).toBe(2076)
    expect(yearOf('77', IN_2026)).toBe(1977)
    expect(yearOf('99', IN_2026)).toBe(1999)
    expect(yearOf('00', IN_2026)).toBe(2000)
    expect(yearOf('94', Date.UTC(1999, 0, 1))).toBe(1994)
    expect(parseHttpDate('Monday, 15-Jun-76 00:00:01 GMT', IN_2026)).toBe(Date.UTC(1976, 5, 15, 0, 0, 1))
  })

  it('takes 29 February in leap years alone', () => {
    expect(parseHttpDate('Thu, 29 Feb 2024 00:00:00 GMT')).toBe(Date.UTC(2024, 1, 29))
    expect(parseHttpDate('Tue, 29 Feb 2000 00:00:00 GMT')).toBe(Date.UTC(2000, 1, 29))
    expect(parseHttpDate('Wed, 29 Feb 2023 00:00:00 GMT')).toBeUndefined()
    expect(parseHttpDate('Thu, 29 Feb 1900 00:00:00 GMT')).toBeUndefined()
    expect(parseHttpDate('Wednesday, 29-Feb-23 00:00:00 GMT', IN_2026)).toBeUndefined()
  })

  it('takes a leap second for the second that follows', () => {
    expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1))
  })

  it('reads a date with the wrong name of the day', () => {
    expect(parseHttpDate('Mon, 06 Nov 1994 08:49:37 GMT')).toBe(NOVEMBER_1994)
  })

  it.each([
    '',
    'Sun, 31 Feb 2021 08:49:37 GMT',
    'Sun, 31 Apr 2021 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 32 Jan 1994 08:49:37 GMT',
    'Sun Feb 30 08:49:37 1994',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'Sun, 06 Nov 19940 08:49:37 GMT',
    'Xxx, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Sun Nov 06 08:49:37 1994 GMT',
    'Sun Nov 6 08:49:37 1994',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT\n',
    '1994-11-06T08:49:37Z',
    '784111777',
  ])('refuses %j', (value) => {
    expect(parseHttpDate(value)).toBeUndefined()
  })

  it('writes the one form that may be sent', () => {
    expect(formatHttpDate(NOVEMBER_1994 + 999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  })

  it.each([Number.NaN, Date.UTC(10_000, 0), Date.UTC(-1, 0), 8.64e15 + 1])(
    'does not write the time %s',
    (time) => {
      expect(() => formatHttpDate(time)).toThrow(RangeError)
    },
  )
})
