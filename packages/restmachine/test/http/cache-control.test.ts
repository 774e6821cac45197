import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CacheControl,
  formatCacheControl,
  MAX_DELTA_SECONDS,
  parseCacheControl,
  parseDeltaSeconds,
} from '../../src/http/cache-control.ts'
import { token } from './hostile.ts'

const flag = fc.constantFrom(true, false)
const seconds = fc.integer({ min: 0, max: MAX_DELTA_SECONDS })
const fields = fc.oneof(flag, fc.array(token, { minLength: 1, maxLength: 3 }))
const cacheControl: fc.Arbitrary<CacheControl> = fc
  .record(
    {
      public: flag,
      private: fields,
      noStore: flag,
      noCache: fields,
      maxAge: seconds,
      sMaxAge: seconds,
      mustRevalidate: flag,
      proxyRevalidate: flag,
      mustUnderstand: flag,
      noTransform: flag,
      immutable: flag,
      staleWhileRevalidate: seconds,
      staleIfError: seconds,
    },
    { requiredKeys: [] },
  )
  .filter((one) => !(one.public && one.private === true))

/** What a wish for a directive arrives as; absent when nothing is wished. */
function arrived(name: string, wish: number | boolean | readonly string[] | undefined): object {
  if (wish === undefined || wish === false) return {}
  if (wish === true) return { [name]: true }
  return { [name]: typeof wish === 'number' ? String(wish) : wish.join(', ') }
}

describe('RFC 9111 §5.2, Cache-Control', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(cacheControl, (one) => {
        expect(parseCacheControl(formatCacheControl(one))).toEqual({
          ...arrived('public', one.public),
          ...arrived('private', one.private),
          ...arrived('no-store', one.noStore),
          ...arrived('no-cache', one.noCache),
          ...arrived('max-age', one.maxAge),
          ...arrived('s-maxage', one.sMaxAge),
          ...arrived('must-revalidate', one.mustRevalidate),
          ...arrived('proxy-revalidate', one.proxyRevalidate),
          ...arrived('must-understand', one.mustUnderstand),
          ...arrived('no-transform', one.noTransform),
          ...arrived('immutable', one.immutable),
          ...arrived('stale-while-revalidate', one.staleWhileRevalidate),
          ...arrived('stale-if-error', one.staleIfError),
        })
      }),
    )
  })

  it('reads the examples of §5.2.3 and RFC 5861', () => {
    expect(parseCacheControl('private, community="UCI"')).toEqual({ private: true, community: 'UCI' })
    expect(parseCacheControl('max-age=600, stale-while-revalidate=30')).toEqual({
      'max-age': '600',
      'stale-while-revalidate': '30',
    })
  })

  it('takes token and quoted string for the same, and names in any case (§5.2)', () => {
    expect(parseCacheControl('MAX-AGE="60"')).toEqual({ 'max-age': '60' })
    expect(parseCacheControl('no-cache="a, b", No-Store')).toEqual({ 'no-cache': 'a, b', 'no-store': true })
  })

  it('takes the first of two (§4.2.1)', () => {
    expect(parseCacheControl('max-age=1, max-age=2, private, private=x')).toEqual({
      'max-age': '1',
      private: true,
    })
  })

  it('says nothing when it is empty', () => {
    expect(parseCacheControl('')).toEqual({})
    expect(parseCacheControl(' ,')).toEqual({})
    expect(formatCacheControl({})).toBe('')
  })

  it.each([
    'max-age = 60',
    'max-age=',
    'max-age=1 2',
    '=60',
    'no-store private',
    '"no-store"',
    'no-store;x',
    'private="a',
    Array.from({ length: 51 }, (_, index) => `a${index}`).join(),
  ])('cannot read %j, which may have been no-store', (value) => {
    expect(parseCacheControl(value)).toBeUndefined()
  })

  it('has no prototype, so that any name is only a name', () => {
    const directives = parseCacheControl('__proto__=x, toString') ?? {}
    expect(Object.entries(directives)).toEqual([
      ['__proto__', 'x'],
      ['tostring', true],
    ])
    expect(directives.constructor).toBeUndefined()
  })

  it('is not written both public and private', () => {
    expect(() => formatCacheControl({ public: true, private: true })).toThrow(TypeError)
    expect(formatCacheControl({ public: true, private: ['set-cookie'] })).toBe('public, private="set-cookie"')
  })

  it.each([[[]], [['']], [['a b']], [['a"', 'b']], [['a\r\n']]])(
    'does not write the fields %j',
    (noCache) => {
      expect(() => formatCacheControl({ noCache })).toThrow(TypeError)
    },
  )
})

describe('RFC 9111 §1.2.2, delta-seconds', () => {
  it('goes up to 2³¹, what is more counts as that', () => {
    expect(parseDeltaSeconds('2147483647')).toBe(MAX_DELTA_SECONDS - 1)
    expect(parseDeltaSeconds('2147483649')).toBe(MAX_DELTA_SECONDS)
    expect(parseDeltaSeconds('9'.repeat(400))).toBe(MAX_DELTA_SECONDS)
    expect(formatCacheControl({ maxAge: MAX_DELTA_SECONDS })).toBe('max-age=2147483648')
  })

  it.each([undefined, true as const, '', '-1', '1.5', '1e3', ' 1', '٣'])(
    'cannot be read from %j',
    (argument) => {
      expect(parseDeltaSeconds(argument)).toBeUndefined()
    },
  )

  it.each([-1, 1.5, Number.NaN, MAX_DELTA_SECONDS + 1, Number.POSITIVE_INFINITY])('is not %d', (maxAge) => {
    expect(() => formatCacheControl({ maxAge })).toThrow(/^Cannot format Cache-Control: max-age: whole/)
  })
})
