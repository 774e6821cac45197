import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HttpError } from '../../src/http/http-error.ts'
import { MAX_JSON_DEPTH, parseJson, stringifyJson } from '../../src/representation/json.ts'
import { locateJsonFault } from '../../src/representation/json-fault.ts'

function refusal(text: string): HttpError {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
  throw new Error(`parseJson accepted ${text.slice(0, 80)}`)
}

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        // fast-check makes names such as __proto__ on purpose; those have tests of their own.
        fc.pre(!/proto|constructor/.test(text))
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['null', null],
    ['0', 0],
    ['""', ''],
    ['[]', []],
    [' \t\r\n1 ', 1],
  ])('keeps the root %s as it is', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  it('skips a byte order mark (RFC 8259 §8.1), but only one and only in front', () => {
    expect(parseJson('\ufeff[1]')).toEqual([1])
    expect(refusal('\ufeff\ufeff[1]').status).toBe(400)
    expect(refusal('[\ufeff1]').status).toBe(400)
  })

  it.each([
    ['', 'expected a value, found the end at line 1, column 1'],
    ['{"a" 1}', 'expected ":", found "1" at line 1, column 6'],
    ['{"a": 1,\n "b": x}', 'expected a value, found "x" at line 2, column 7'],
    ['{a: 1}', 'expected a name in double quotes, found "a" at line 1, column 2'],
    ["{'a': 1}", 'expected a name in double quotes, found "\'" at line 1, column 2'],
    ['{"a": 1,}', 'expected a name in double quotes, found "}" at line 1, column 9'],
    ['[1 2]', 'expected "," or "]", found "2" at line 1, column 4'],
    ['[1,2', 'expected "," or "]", found the end at line 1, column 5'],
    ['[1] \n\n x', 'expected the end, found "x" at line 3, column 2'],
    ['"a\nb"', 'expected an escape instead of a control character, found "\\n" at line 1, column 3'],
    ['"a\\x"', 'expected a known escape, found "\\\\" at line 1, column 3'],
    ['"abc', 'expected a closing double quote, found the end at line 1, column 5'],
    ['01', 'expected the end, found "1" at line 1, column 2'],
    ['NaN', 'expected a value, found "N" at line 1, column 1'],
    ['[💥]', 'expected a value, found "💥" at line 1, column 2'],
  ])('tells what is wrong with %j and where', (text, fault) => {
    const error = refusal(text)
    expect(error.status).toBe(400)
    expect(error.detail).toBe(`Cannot read the JSON: ${fault}`)
  })

  it('repeats nothing of a secret in a broken text', () => {
    expect(JSON.stringify(refusal('{"password": hunter2secret}'))).not.toContain('hunter')
    expect(refusal(`["${'s'.repeat(1000)}`).detail?.length).toBeLessThan(120)
  })

  it(`reads ${MAX_JSON_DEPTH} levels and refuses one more`, () => {
    const nested = (depth: number) =>
      '[{"a":'.repeat(depth / 2) + '[]'.repeat(depth % 2) + '}]'.repeat(depth / 2)
    const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(MAX_JSON_DEPTH).toBe(64)
    expect(parseJson(lists(64))).toBeTypeOf('object')
    expect(parseJson(nested(63))).toBeTypeOf('object')
    expect(refusal(nested(65)).status).toBe(400)
    expect(refusal(lists(65)).detail).toBe(
      'Cannot read the JSON: nested deeper than 64 levels at line 1, column 65',
    )
    expect(refusal('['.repeat(1_000_000)).status).toBe(400)
  })

  it('counts levels, not brackets', () => {
    expect(parseJson(`[${'[],'.repeat(5000)}[]]`)).toHaveLength(5001)
    const text = JSON.stringify({ brackets: '[{'.repeat(100), quotes: '\\"[\\\\'.repeat(100), end: '\\' })
    expect(parseJson(text)).toEqual(JSON.parse(text))
    expect(parseJson(JSON.stringify([text, text]))).toEqual([text, text])
  })

  it.each([
    '{"__proto__": {"admin": true}}',
    '{"a": [{"__proto__": 1}]}',
    '{"\\u005f_proto__": {}}',
    '{"__pr\\u006Fto__" \n : null}',
    '{"constructor": {"prototype": {}}}',
    '[{"c\\u006fnstructor": {"prototype": 1}}]',
  ])('refuses %s', (text) => {
    expect(refusal(text).status).toBe(400)
  })

  it('keeps these words where they do no harm', () => {
    const text = '{"a": "__proto__", "constructor": "Bauer", "b": {"prototype": {}}, "c": "\\u005f_proto__"}'
    expect(parseJson(text)).toEqual(JSON.parse(text))
    expect(parseJson('"__proto__"')).toBe('__proto__')
  })

  it('takes time in proportion to the text', () => {
    for (const text of [
      `["${'\\\\'.repeat(500_000)}`,
      `${'[]'.repeat(500_000)}`,
      `"${'"__proto__"   '.repeat(80_000)}`,
    ]) {
      const start = performance.now()
      refusal(text)
      expect(performance.now() - start).toBeLessThan(1000)
    }
  })
})

describe('locateJsonFault', () => {
  it('finds a fault in exactly those texts that JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '-',
      '0',
      '.',
      'e5',
      'true',
      'nul',
      ' ',
      '\n',
      '\\',
      '\\u00e9',
      '\u0001',
      '\u00a0',
    )
    fc.assert(
      fc.property(
        fc.oneof(fc.array(pieces, { maxLength: 12 }), fc.array(fc.string({ unit: 'binary' }))),
        (parts) => {
          const text = parts.join('')
          expect(locateJsonFault(text) === undefined, text).toBe(isJson(text))
        },
      ),
      { numRuns: 5000 },
    )
  })

  it('finds the place where a good text was cut or changed', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, where) => {
        const at = where % (text.length + 1)
        expect(locateJsonFault(`${text.slice(0, at)}\u0000${text.slice(at)}`)?.at).toBeLessThanOrEqual(at)
      }),
    )
  })
})

describe('stringifyJson', () => {
  it('writes what JSON.stringify writes, without spaces', () => {
    expect(stringifyJson({ a: [1, 'b', null], c: undefined })).toBe('{"a":[1,"b",null]}')
    expect(stringifyJson(new Date(0))).toBe('"1970-01-01T00:00:00.000Z"')
  })

  it('writes nothing as null', () => {
    expect(stringifyJson(undefined)).toBe('null')
    expect(stringifyJson(null)).toBe('null')
    expect(stringifyJson({ toJSON: () => undefined })).toBe('null')
  })

  it('says what it cannot write', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    expect(() => stringifyJson({ id: 1n })).toThrow(/^Cannot write the result as JSON: .*BigInt/)
    expect(() => stringifyJson(circle)).toThrow(/^Cannot write the result as JSON: .*circular/)
    expect(() => stringifyJson(() => 1)).toThrow('Cannot write the result as JSON: it is a function')
    expect(() => stringifyJson(Symbol('a'))).toThrow('Cannot write the result as JSON: it is a symbol')
    expect(() => stringifyJson(1n)).toThrow(TypeError)
  })

  it('passes on what a value throws while it is written', () => {
    const failure = new HttpError(404)
    const value = {
      toJSON() {
        throw failure
      },
    }
    expect(() => stringifyJson(value)).toThrow(failure)
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
