import fc from 'fast-check'
import Negotiator from 'negotiator'
import { afterEach, assert, describe, it, vi } from 'vitest'
import { parseAccept } from '../../src/http/accept.ts'
import { type MediaType, parseMediaType } from '../../src/http/media-type.ts'
import { negotiator, type Offer, qualityOf } from '../../src/representation/negotiation.ts'
import { MAX_REMEMBERED, MAX_REMEMBERED_LENGTH } from '../../src/representation/remembering.ts'

function mediaType(text: string): MediaType {
  const parsed = parseMediaType(text)
  assert(parsed !== undefined, text)
  return parsed
}

function offer(type: string): Offer<unknown> {
  return { mediaType: mediaType(type), contentType: type, render: undefined, own: false, tagSuffix: '' }
}

const choose = (offers: readonly string[], accept: string) =>
  negotiator(offers.map(offer))(accept)?.contentType
const quality = (type: string, accept: string) => qualityOf(mediaType(type), parseAccept(accept))

describe('RFC 9110 §12.5.1, how much a type is wanted', () => {
  it('is what the most specific range says, as in the example of the section', () => {
    const accept =
      'text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5'
    for (const [type, wanted] of [
      ['text/plain;format=flowed', 1],
      ['text/plain', 0.7],
      ['text/html', 0.3],
      ['image/jpeg', 0.5],
      ['text/plain;format=fixed', 0.4],
      ['text/html;level=3', 0.3],
    ] as const)
      assert.equal(quality(type, accept), wanted, type)
  })

  it('does not depend on where the range stands or what it weighs', () => {
    assert.equal(quality('text/html', 'text/*, text/html;q=0'), 0)
    assert.equal(quality('text/html', 'text/html;q=0, text/*, */*'), 0)
    assert.equal(quality('text/html', 'text/*;q=0.3, */*;q=0.5'), 0.3)
  })

  it('is nothing for what no range names', () => {
    assert.equal(quality('text/html', 'image/*, application/json'), 0)
    assert.equal(quality('text/html', 'text/html;level=1'), 0)
  })

  it('takes the charset for granted in which everything is written', () => {
    assert.equal(quality('application/json', 'application/json;charset=UTF-8'), 1)
    assert.equal(quality('text/html', 'text/html;charset="utf-8"'), 1)
    assert.equal(quality('text/html', 'text/html;charset=iso-8859-1'), 0)
    assert.equal(quality('text/html;charset=iso-8859-1', 'text/html;charset=ISO-8859-1'), 1)
  })
})

describe('the chosen offer', () => {
  const offers = ['application/json', 'text/html', 'text/csv']

  it('is the one that is wanted most, the first declared among equals', () => {
    assert.equal(choose(offers, '*/*'), 'application/json')
    assert.equal(choose(offers, 'text/csv, text/html'), 'text/html')
    assert.equal(choose(offers, 'text/csv, text/html;q=0.9'), 'text/csv')
    assert.equal(choose(offers, 'text/*;q=0.5, application/json;q=0.49'), 'text/html')
  })

  it('is none when all are refused', () => {
    for (const accept of ['image/png', '*/*;q=0', 'text/html;q=0', 'application/json;q=0.000'])
      assert.isUndefined(choose(offers, accept), accept)
  })

  it('is the first when the field says nothing that can be read', () => {
    for (const accept of ['', ' ', 'nonsense', ',,', 'text', '*/html', 'text/html;q=2', 'text/html;q=a'])
      assert.equal(choose(offers, accept), 'application/json', accept)
  })

  it('is found in spite of members that cannot be read', () => {
    assert.equal(choose(offers, 'nonsense, text/csv;q=0.1, /'), 'text/csv')
  })

  it('is the same that npm’s negotiator chooses, where both read the field', () => {
    const type = fc.constantFrom(
      'application/json',
      'text/html',
      'text/csv',
      'text/html;level=1',
      'image/png',
    )
    const range = fc.tuple(
      fc.constantFrom(
        '*/*',
        'text/*',
        'image/*',
        'application/json',
        'text/html',
        'text/html;level=1',
        'text/csv',
      ),
      fc.constantFrom('', ';q=0', ';q=0.1', ';q=0.5', ';q=0.999', ';q=1'),
    )
    const ranges = fc.uniqueArray(range, { minLength: 1, maxLength: 6, selector: ([name]) => name })
    fc.assert(
      fc.property(fc.uniqueArray(type, { minLength: 1 }), ranges, (types, ranges) => {
        const accept = ranges.map(([name, weight]) => name + weight).join(', ')
        const parsed = parseAccept(accept)
        const best = Math.max(...types.map((type) => qualityOf(mediaType(type), parsed)))
        const theirs = new Negotiator({ headers: { accept } }).mediaTypes([...types])
        const ours = choose(types, accept)
        if (best === 0) return assert.deepEqual([ours, theirs], [undefined, []])
        // Among equals it takes the client's order; we take the order of the declaration.
        assert.equal(qualityOf(mediaType(ours ?? ''), parsed), best)
        assert.equal(qualityOf(mediaType(theirs[0] ?? ''), parsed), best)
      }),
    )
  })
})

describe('the memory of a negotiator', () => {
  afterEach(() => vi.restoreAllMocks())

  /** The most entries that any map had while `run` ran, and how many were kept in all. */
  function watchMaps(run: () => void): { readonly most: number; readonly kept: number } {
    let [most, kept] = [0, 0]
    const { set } = Map.prototype
    vi.spyOn(Map.prototype, 'set').mockImplementation(function (this: Map<unknown, unknown>, key, value) {
      const map = set.call(this, key, value)
      // Those of the parser hold parameters by their names.
      if (typeof key === 'string' && key.includes('/')) [most, kept] = [Math.max(most, map.size), kept + 1]
      return map
    })
    run()
    return { most, kept }
  }

  it('never holds more than its limit, whatever clients send', () => {
    const pick = negotiator([offer('application/json')])
    const { most, kept } = watchMaps(() => {
      for (let index = 0; index < 10 * MAX_REMEMBERED; index++) pick(`text/x${index}, */*;q=0.1`)
    })
    assert.equal(most, MAX_REMEMBERED)
    assert.equal(kept, 10 * MAX_REMEMBERED)
  })

  it('reads a value it remembers no second time, also one that is refused', () => {
    const pick = negotiator([offer('application/json')])
    const { kept } = watchMaps(() => {
      for (let index = 0; index < 10; index++) assert.isUndefined(pick('image/png'))
    })
    assert.equal(kept, 1)
  })

  it('keeps no value that is longer than its limit, and answers it all the same', () => {
    const pick = negotiator([offer('application/json')])
    const long = `*/*, ${'text/x, '.repeat(MAX_REMEMBERED_LENGTH)}`
    const { kept } = watchMaps(() => assert.equal(pick(long)?.contentType, 'application/json'))
    assert.equal(kept, 0)
  })
})
