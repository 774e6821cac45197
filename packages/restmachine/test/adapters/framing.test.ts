import { describe, expect, it } from 'vitest'
import {
  asksToClose,
  connectionOptions,
  endsWithHead,
  lengthToDeclare,
  withoutFraming,
} from '../../src/adapters/framing.ts'
import type { Outcome } from '../../src/http/outcome.ts'

describe('withoutFraming', () => {
  it('takes every field that frames a message or belongs to a connection, in any case', () => {
    const taken = ['Connection', 'keep-alive', 'Content-Length', 'Transfer-Encoding', 'proxy-connection']
    const fields = ['content-type', 'a/b', ...taken.flatMap((name) => [name, '1']), 'vary', 'accept']
    expect(withoutFraming(fields)).toEqual(['content-type', 'a/b', 'vary', 'accept'])
  })

  it('leaves fields whose names or values only look like them', () => {
    const fields = ['connection2', 'x', 'x-forward1', 'connection', 'content-range1', 'content-length']
    expect(withoutFraming(fields)).toEqual(fields)
  })
})

describe('lengthToDeclare (RFC 9110 §8.6)', () => {
  function length(given: Partial<Outcome>, method = 'GET', size?: number): number | undefined {
    return lengthToDeclare(
      { status: 200, headers: [], body: null, afterwards: undefined, ...given },
      method,
      size,
    )
  }
  const declared = ['content-length', '7']
  const stream = new ReadableStream<Uint8Array>()

  it.each([
    ['what is there', length({ body: 'abc', headers: declared }, 'GET', 3), 3],
    ['what would be there', length({ body: 'abc' }, 'HEAD', 3), 3],
    ['nothing', length({}), 0],
    ['nothing, whatever is declared', length({ headers: declared }), 0],
    ['nothing for HEAD', length({}, 'HEAD'), 0],
    ['what is declared for HEAD', length({ headers: declared }, 'HEAD'), 7],
    ['what is declared for a stream', length({ body: stream, headers: declared }), 7],
    ['an unknown length for a stream', length({ body: stream }), undefined],
    ['a length that is none', length({ body: stream, headers: ['content-length', '7, 7'] }), undefined],
    ['no length for 204', length({ status: 204, headers: declared }), undefined],
    ['no length for 304', length({ status: 304, headers: declared }), undefined],
    ['zero for 205', length({ status: 205, body: 'abc' }, 'GET', 3), 0],
  ])('%s', (_, given, expected) => {
    expect(given).toBe(expected)
  })
})

describe('connectionOptions (RFC 9110 §7.6.1, §7.8)', () => {
  it.each([
    [[], false, '1.1', undefined],
    [[], false, '1.0', undefined],
    [[], true, '1.1', 'close'],
    [['Upgrade', 'HTTP/3.0'], false, '1.1', 'upgrade'],
    [['Upgrade', 'HTTP/3.0'], false, '1.0', 'upgrade, close'],
    [['vary', 'accept', 'upgrade', 'HTTP/3.0'], true, '1.1', 'upgrade, close'],
    [['x-upgrade', 'HTTP/3.0'], false, '1.1', undefined],
  ])('of %j, closing %s, for HTTP/%s, are %s', (headers, closes, version, options) => {
    expect(connectionOptions(headers, closes, version)).toBe(options)
  })
})

describe('asksToClose', () => {
  it.each([
    ['close', true],
    ['Close', true],
    ['upgrade, close', true],
    ['keep-alive', false],
    ['closed', false],
    ['not-close', false],
  ])('%s: %s', (value, expected) => {
    expect(asksToClose(['connection', value])).toBe(expected)
  })
})

describe('endsWithHead (RFC 9110 §6.4.1)', () => {
  it.each([
    ['GET', 200, false],
    ['HEAD', 200, true],
    ['GET', 204, true],
    ['GET', 205, true],
    ['GET', 304, true],
    ['GET', 404, false],
  ])('%s %s: %s', (method, status, expected) => {
    expect(endsWithHead(method, status)).toBe(expected)
  })
})
