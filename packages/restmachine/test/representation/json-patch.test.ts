import { HttpError } from 'restmachine'
import { applyJsonPatch } from 'restmachine/patch'
import { assert, describe, it } from 'vitest'

type Operation = Readonly<Record<string, unknown>>

function thrown(document: unknown, ...patch: readonly unknown[]): HttpError {
  try {
    applyJsonPatch(document, patch)
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
  throw new Error(`Nothing was thrown for ${JSON.stringify(patch)}`)
}

/** The status of what was thrown, and where in the patch the fault is. */
function faultOf(document: unknown, ...patch: readonly unknown[]): readonly unknown[] {
  const { status, options } = thrown(document, ...patch)
  return [status, options.errors?.[0]?.pointer]
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

describe('RFC 6902, JSON Patch', () => {
  it('does what the examples of appendix A show', () => {
    const examples: readonly (readonly [document: unknown, patch: readonly Operation[], result: unknown])[] =
      [
        [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
        [
          { foo: ['bar', 'baz'] },
          [{ op: 'add', path: '/foo/1', value: 'qux' }],
          { foo: ['bar', 'qux', 'baz'] },
        ],
        [{ baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
        [{ foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
        [{ baz: 'q', foo: 'b' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo', foo: 'b' }],
        [
          { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
          [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
          { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
        ],
        [
          { foo: ['all', 'grass', 'cows', 'eat'] },
          [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
          { foo: ['all', 'cows', 'eat', 'grass'] },
        ],
        [
          { baz: 'qux', foo: ['a', 2, 'c'] },
          [
            { op: 'test', path: '/baz', value: 'qux' },
            { op: 'test', path: '/foo/1', value: 2 },
          ],
          { baz: 'qux', foo: ['a', 2, 'c'] },
        ],
        [{ foo: 'bar' }, [{ op: 'add', path: '/child', value: { g: {} } }], { foo: 'bar', child: { g: {} } }],
        [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }], { foo: 'bar', baz: 'qux' }],
        [{ '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
        [{ foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
      ]
    for (const [document, patch, result] of examples)
      assert.deepEqual(applyJsonPatch(document, patch), result, JSON.stringify(patch))
    assert.deepEqual(faultOf({ baz: 'qux' }, { op: 'test', path: '/baz', value: 'bar' }), [409, '/0/path'])
    assert.deepEqual(faultOf({ foo: 1 }, { op: 'add', path: '/baz/bat', value: 1 }), [422, '/0/path'])
    assert.deepEqual(faultOf({ '/': 9, '~1': 10 }, { op: 'test', path: '/~01', value: '10' }), [
      409,
      '/0/path',
    ])
  })

  it('reaches the whole document', () => {
    const whole = (...patch: readonly Operation[]): unknown => applyJsonPatch({ a: [1] }, patch)
    assert.deepEqual(whole({ op: 'replace', path: '', value: 'b' }), 'b')
    assert.deepEqual(whole({ op: 'add', path: '', value: null }), null)
    assert.deepEqual(whole({ op: 'test', path: '', value: { a: [1] } }), { a: [1] })
    assert.deepEqual(whole({ op: 'copy', from: '', path: '/b' }), { a: [1], b: { a: [1] } })
    assert.deepEqual(whole({ op: 'move', from: '/a', path: '' }), [1])
    assert.deepEqual(whole({ op: 'move', from: '', path: '' }), { a: [1] })
    assert.deepEqual(faultOf({ a: 1 }, { op: 'remove', path: '' }), [422, '/0/path'])
    assert.deepEqual(applyJsonPatch(undefined, [{ op: 'add', path: '', value: 1 }]), 1)
  })

  it('takes an index for what it is, and nothing else for one', () => {
    const list = { list: [0, 1, 2] }
    const add = (path: string): unknown => applyJsonPatch(list, [{ op: 'add', path, value: 'x' }])
    assert.deepEqual(add('/list/0'), { list: ['x', 0, 1, 2] })
    assert.deepEqual(add('/list/3'), { list: [0, 1, 2, 'x'] })
    for (const path of ['/list/4', '/list/01', '/list/-1', '/list/1e0', '/list/length', '/list/', '/list/ 1'])
      assert.deepEqual(faultOf(list, { op: 'add', path, value: 1 }), [422, '/0/path'], path)
    for (const path of ['/list/3', '/list/01', '/list/-', '/list/length'])
      for (const op of ['remove', 'replace'])
        assert.deepEqual(faultOf(list, { op, path, value: 1 }), [422, '/0/path'], `${op} ${path}`)
    assert.deepEqual(faultOf(list, { op: 'copy', from: '/list/-', path: '/x' }), [422, '/0/from'])
  })

  it('sees what is the document itself, and nothing that its objects inherit', () => {
    for (const path of [
      '/toString',
      '/constructor',
      '/constructor/name',
      '/text/length',
      '/__proto__',
      '/n/x',
    ]) {
      assert.deepEqual(faultOf({ text: 'a', n: 1 }, { op: 'remove', path }), [422, '/0/path'], path)
      assert.deepEqual(faultOf({ text: 'a', n: 1 }, { op: 'copy', from: path, path: '/y' }), [422, '/0/from'])
    }
    const own = { constructor: { name: 'Cooper' }, prototype: true }
    assert.deepEqual(applyJsonPatch(own, [{ op: 'replace', path: '/constructor/name', value: 'Lotus' }]), {
      constructor: { name: 'Lotus' },
      prototype: true,
    })
  })

  it('never touches a prototype', () => {
    for (const path of ['/__proto__', '/__proto__/polluted', '/constructor/prototype/polluted'])
      assert.deepEqual(faultOf({}, { op: 'add', path, value: { polluted: true } }), [422, '/0/path'], path)
    const named = JSON.parse('{"__proto__":{}}') as unknown
    assert.deepEqual(faultOf(named, { op: 'add', path: '/__proto__/polluted', value: 1 }), [422, '/0/path'])
    assert.notProperty({}, 'polluted')
  })

  it('moves in order: the path leads through what is left', () => {
    const document = { list: ['a', { n: 1 }, { n: 2 }] }
    assert.deepEqual(applyJsonPatch(document, [{ op: 'move', from: '/list/0', path: '/list/1/x' }]), {
      list: [{ n: 1 }, { n: 2, x: 'a' }],
    })
    assert.deepEqual(faultOf(document, { op: 'move', from: '/list/0', path: '/list/3' }), [422, '/0/path'])
    assert.deepEqual(faultOf(document, { op: 'move', from: '/nowhere', path: '/nowhere' }), [422, '/0/from'])
  })

  it('moves nothing into itself, but copies it there', () => {
    const document = { a: { b: 1 }, ab: 2 }
    assert.deepEqual(faultOf(document, { op: 'move', from: '/a', path: '/a/b' }), [422, '/0/path'])
    assert.deepEqual(faultOf(document, { op: 'move', from: '', path: '/c' }), [422, '/0/path'])
    const copied = applyJsonPatch(document, [{ op: 'copy', from: '/a', path: '/a/b' }])
    assert.deepEqual(copied, { a: { b: { b: 1 } }, ab: 2 })
  })

  it('gives a copy that has nothing in common with what it was copied from', () => {
    const patch = [
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/-', value: 2 },
    ]
    assert.deepEqual(applyJsonPatch({ a: [1] }, patch), { a: [1], b: [1, 2] })
  })

  it('tests for equality, deep, by type, without regard to the order of members', () => {
    const document = { value: { a: [1, { b: null }], c: 'é' } }
    const holds = (value: unknown): void => {
      applyJsonPatch(document, [{ op: 'test', path: '/value', value }])
    }
    holds({ c: 'é', a: [1.0, { b: null }] })
    const others = [
      { c: 'é', a: [1, { b: null }], d: 1 },
      { c: 'é' },
      { c: 'é', a: [{ b: null }, 1] },
      { c: 'é', a: [1, {}] },
      { c: 'é', a: ['1', { b: null }] },
      { c: 'é', a: { 0: 1, 1: { b: null } } },
      { c: 'e\u0301', a: [1, { b: null }] },
      null,
    ]
    for (const value of others) assert.throws(() => holds(value), HttpError, 'does not hold')
    assert.deepEqual(faultOf({}, { op: 'test', path: '/nothing', value: null }), [409, '/0/path'])
  })

  it('changes all or nothing, and never what it was given', () => {
    const document = Object.freeze({ a: Object.freeze([1]), day: new Date(0) })
    const patch = [{ op: 'add', path: '/o', value: { p: 1 } }]
    const wrong = thrown(document, ...patch, { op: 'remove', path: '/a' }, { op: 'remove', path: '/a' })
    assert.equal(
      wrong.detail,
      'Operation 2 of the patch (remove) cannot be applied: There is nothing at this place',
    )
    const changed = applyJsonPatch(document, [...patch, { op: 'replace', path: '/o/p', value: 2 }])
    assert.deepEqual(changed, { a: [1], day: '1970-01-01T00:00:00.000Z', o: { p: 2 } })
    assert.deepEqual(patch, [{ op: 'add', path: '/o', value: { p: 1 } }])
    assert.deepEqual(document, { a: [1], day: new Date(0) })
  })
})

describe('a malformed JSON Patch', () => {
  it('is 400, and says where', () => {
    const faults: readonly (readonly [operation: unknown, pointer: string])[] = [
      ['remove', '/0'],
      [null, '/0'],
      [[], '/0'],
      [{ path: '/a' }, '/0/op'],
      [{ op: 'delete', path: '/a' }, '/0/op'],
      [{ op: ['add'], path: '/a', value: 1 }, '/0/op'],
      [{ op: 'toString', path: '/a' }, '/0/op'],
      [{ op: 'remove' }, '/0/path'],
      [{ op: 'remove', path: 'a' }, '/0/path'],
      [{ op: 'remove', path: '/a~2' }, '/0/path'],
      [{ op: 'remove', path: ['a'] }, '/0/path'],
      [{ op: 'add', path: '/a' }, '/0/value'],
      [{ op: 'replace', path: '/a' }, '/0/value'],
      [{ op: 'test', path: '/a' }, '/0/value'],
      [{ op: 'move', path: '/a' }, '/0/from'],
      [{ op: 'copy', path: '/a', from: 'a' }, '/0/from'],
    ]
    for (const [operation, pointer] of faults)
      assert.deepEqual(faultOf({ a: 1 }, operation), [400, pointer], JSON.stringify(operation))
    const { detail } = thrown({ a: 1 }, { op: 'remove', path: '/a' }, { op: 'add', path: '/b' })
    assert.equal(detail, 'Operation 1 of the patch is malformed: "add" needs a value')
  })

  it('is anything but a list', () => {
    for (const patch of [undefined, null, {}, 'add', { op: 'remove', path: '/a' }])
      assert.throws(() => applyJsonPatch({ a: 1 }, patch), HttpError, 'an array of operations is needed')
  })

  it('is found before anything is applied', () => {
    assert.equal(thrown({}, { op: 'test', path: '/a', value: 1 }, { op: 'no' }).status, 400)
  })
})

describe('the limits of a JSON Patch', () => {
  const many = (count: number, operation: Operation): Operation[] => Array<Operation>(count).fill(operation)
  const append = { op: 'add', path: '/-', value: 0 }

  it('are 1000 operations, or as many as the caller says', () => {
    assert.lengthOf(applyJsonPatch([], many(1000, append)) as unknown[], 1000)
    const { status, detail } = thrown([], ...many(1001, append))
    assert.deepEqual([status, detail], [413, 'At most 1000 operations of a patch are taken'])
    assert.lengthOf(applyJsonPatch([], many(2, append), { operations: 2 }) as unknown[], 2)
    assert.throws(() => applyJsonPatch([], many(3, append), { operations: 2 }), 'At most 2 operations')
    for (const operations of [Number.NaN, -1, 1.5])
      assert.throws(() => applyJsonPatch([], [], { operations }), RangeError, 'a whole number is needed')
  })

  it('are 1 MiB of copies: thirty of them could make a thousand million', () => {
    const copy = { op: 'copy', from: '/text', path: '/copy' }
    const text = 'a'.repeat(1_048_576 / 2 - 2)
    assert.property(applyJsonPatch({ text }, [copy, copy]), 'copy')
    assert.deepEqual(faultOf({ text, one: 1 }, copy, copy, { ...copy, from: '/one' }), [422, '/2/from'])
    const doubling = many(30, { op: 'copy', from: '', path: '/-' })
    assert.equal(thrown(['a'], ...doubling).status, 422)
  })

  it('are 64 levels of nesting, however they come about', () => {
    const add = (depth: number): Operation => ({ op: 'add', path: '/0', value: nested(depth) })
    assert.deepEqual(applyJsonPatch([], [add(63)]), nested(64))
    assert.equal(thrown([], add(64)).status, 422)
    const deeper = [add(60), { op: 'add', path: '/1', value: nested(60) }]
    const within = { op: 'move', from: '/1', path: `${'/0'.repeat(60)}/0` }
    assert.equal(thrown([], ...deeper, within).status, 422)
    assert.equal(thrown([nested(64)], { op: 'copy', from: '', path: '/-' }).status, 422)
  })

  it('leave long lists to be compared in the time it takes to read them', () => {
    const list = Array.from({ length: 50_000 }, (_, index) => index)
    const began = performance.now()
    const value = list.map((one) => one + 1)
    assert.equal(thrown({ list }, { op: 'test', path: '/list', value }).status, 409)
    assert.isBelow(performance.now() - began, 1000)
  })
})
