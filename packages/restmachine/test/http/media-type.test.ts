import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMediaType, parseMediaType } from '../../src/http/media-type.ts'
import { fieldText, token } from './hostile.ts'

describe('RFC 9110 §8.3, media types', () => {
  it('reads back what it writes', () => {
    const name = token.filter((text) => text !== '*')
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(fc.tuple(token, fieldText), { maxLength: 5 }),
        (type, subtype, entries) => {
          const essence = `${type}/${subtype}`
          const parameters = new Map(entries)
          expect(parseMediaType(formatMediaType({ essence, parameters }))).toMatchObject({
            type,
            subtype,
            essence,
            parameters,
          })
        },
      ),
    )
  })

  it('are read without regard to case', () => {
    expect(parseMediaType('Application/Problem+JSON; Charset="UTF-8"')).toEqual({
      type: 'application',
      subtype: 'problem+json',
      suffix: 'json',
      parameters: new Map([['charset', 'UTF-8']]),
      essence: 'application/problem+json',
    })
  })

  it('have as suffix what follows the last plus (RFC 6838 §4.2.8)', () => {
    expect(parseMediaType('image/svg+xml')?.suffix).toBe('xml')
    expect(parseMediaType('a/b+c+json')?.suffix).toBe('json')
    expect(parseMediaType('text/plain')?.suffix).toBeUndefined()
    expect(parseMediaType('a/b+')?.suffix).toBeUndefined()
  })

  it.each([
    '',
    'application/json garbage',
    'application/json\ta',
    'application/json\t',
    ' application/json',
    '\tapplication/json',
    'application/json\u0000',
    'application/json\n',
    'application/json, application/json',
    'application/json,text/plain',
    'application/json; charset',
    'application/json; charset=utf-8; charset=utf-7',
    'application/json; charset="utf-8',
    'application',
    '*/*',
    'text/*',
    '*/json',
    'application/jsön',
  ])('refuses %j', (value) => {
    expect(parseMediaType(value)).toBeUndefined()
  })

  it('refuses a list of values that are quoted together', () => {
    expect(parseMediaType('text/plain;a="x", text/html;b="y"')).toBeUndefined()
    expect(parseMediaType('text/plain;a="x, text/html"')?.parameters.get('a')).toBe('x, text/html')
  })

  it('are written without a space before parameters (§8.3.1)', () => {
    const parameters = new Map([['charset', 'utf-8']])
    expect(formatMediaType({ essence: 'text/html', parameters })).toBe('text/html;charset=utf-8')
  })
})
