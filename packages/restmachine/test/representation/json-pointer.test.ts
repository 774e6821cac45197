import fc from 'fast-check'
import { assert, describe, it } from 'vitest'
import { formatJsonPointer, isArrayIndex, parseJsonPointer } from '../../src/representation/json-pointer.ts'

describe('RFC 6901, JSON Pointer', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'~/01a-é') })), (tokens) => {
        assert.deepEqual(parseJsonPointer(formatJsonPointer(tokens)), tokens)
      }),
    )
  })

  it('reads the pointers of §5', () => {
    const pointers: readonly (readonly [string, readonly string[]])[] = [
      ['', []],
      ['/foo/0', ['foo', '0']],
      ['/', ['']],
      ['/a~1b', ['a/b']],
      ['/m~0n', ['m~n']],
      ['/~01', ['~1']],
      ['/ ', [' ']],
    ]
    for (const [text, tokens] of pointers) assert.deepEqual(parseJsonPointer(text), tokens, text)
  })

  it('is nothing without its slash, and with a tilde that escapes nothing', () => {
    for (const text of ['a', '#/a', 'a/b', ' /a', '/~', '/~2', '/a~'])
      assert.isUndefined(parseJsonPointer(text), text)
  })

  it('takes digits without a leading zero for an index (§4)', () => {
    const indices = ['0', '7', '10', '123'].map(isArrayIndex)
    const others = ['', '-', '01', '00', '1.0', '-1', '+1', '1e3', ' 1', '١'].map(isArrayIndex)
    assert.deepEqual([new Set(indices), new Set(others)], [new Set([true]), new Set([false])])
  })
})
