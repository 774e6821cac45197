import { assert, describe, it } from 'vitest'
import {
  type CharsetOptions,
  charsetChooser,
  createCharsets,
  hasCharset,
} from '../../src/representation/charsets.ts'

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const { list } = createCharsets({ 'utf-8': true, 'ISO-8859-1': latin1, 'utf-16': latin1 })

describe('charsetChooser', () => {
  it.for([
    ['', 'utf-8'],
    [';', 'utf-8'],
    ['iso-8859-1', 'iso-8859-1'],
    ['ISO-8859-1', 'iso-8859-1'],
    ['iso-8859-1, utf-8', 'utf-8'],
    ['iso-8859-1, utf-8;q=0.9', 'iso-8859-1'],
    ['*', 'utf-8'],
    ['utf-8;q=0, *', 'iso-8859-1'],
    ['*;q=0.5, utf-16', 'utf-16'],
    ['koi8-r', undefined],
    ['*;q=0', undefined],
    ['utf-8;q=0', undefined],
  ] as const)('%j gets %s', ([accept, name]) => {
    assert.equal(charsetChooser(list)(accept)?.name, name)
  })

  it('answers the same again, however many others ask', () => {
    const choose = charsetChooser(list)
    for (let index = 0; index < 300; index++) {
      assert.equal(choose(`utf-16, a${index}`)?.name, 'utf-16')
      assert.isUndefined(choose('koi8-r'))
    }
  })
})

describe('createCharsets', () => {
  it('keeps the order, with names in lower case, and no function for UTF-8', () => {
    assert.deepEqual(list, [
      { name: 'utf-8', encode: undefined },
      { name: 'iso-8859-1', encode: latin1 },
      { name: 'utf-16', encode: latin1 },
    ])
  })

  it.for([
    [{}, 'at least one is needed, such as { "utf-8": true }'],
    [{ 'iso-8859-1': true }, '"iso-8859-1" needs a function that turns text into bytes'],
    [{ 'utf 8': true }, 'a name such as "utf-8" is needed, got "utf 8"'],
    [{ '': latin1 }, 'a name such as "utf-8" is needed, got ""'],
  ] as const)('refuses %j', ([options, message]) => {
    assert.throws(() => createCharsets(options as CharsetOptions), TypeError, message)
  })
})

describe('hasCharset', () => {
  it('is true of text, and never of events, which are always UTF-8 (HTML §9.2.5)', () => {
    assert.isTrue(hasCharset('text/plain;charset=utf-8'))
    assert.isTrue(hasCharset('text/html; charset=utf-8'))
    assert.isFalse(hasCharset('text/event-stream;charset=utf-8'))
    assert.isFalse(hasCharset('application/json'))
    assert.isFalse(hasCharset('text/plain;charset=iso-8859-1'))
  })
})
