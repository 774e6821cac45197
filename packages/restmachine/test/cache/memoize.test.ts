import assert from 'node:assert/strict'
import { createCache } from 'restmachine'
import { describe, expectTypeOf, it } from 'vitest'
import { later } from './stores.ts'

const { memoize } = createCache()

describe('memoize', () => {
  it('asks once for the same arguments, by value', () => {
    const calls: unknown[] = []
    const ask = memoize((...args: readonly unknown[]) => calls.push(args))
    const distinct = [
      ['1'],
      [1],
      [1n],
      [true],
      [null],
      [undefined],
      [],
      [{ a: 1 }],
      [[1]],
      ['a', 'b'],
      ['a,b'],
      ['["a"]'],
      [['a']],
      [new Date(0)],
      [-0],
      [0],
    ]
    for (const args of distinct) ask(...args)
    for (const args of structuredClone(distinct)) ask(...args)
    assert.equal(calls.length, distinct.length)
  })

  it('keeps the types, and stays synchronous', () => {
    const add = memoize((left: number, right: number) => left + right)
    expectTypeOf(add).toBeCallableWith(1, 2)
    expectTypeOf(add(1, 2)).toEqualTypeOf<number>()
    expectTypeOf(add.delete).parameters.toEqualTypeOf<[number, number]>()
    assert.equal(add(1, 2), 3)
  })

  it('computes once for concurrent calls', async () => {
    let calls = 0
    const slow = memoize(async (n: number) => {
      calls++
      await later(20)
      return n
    })
    assert.deepEqual(await Promise.all([slow(1), slow(1), slow(2)]), [1, 1, 2])
    assert.equal(calls, 2)
  })

  it('does not remember what failed', async () => {
    let calls = 0
    const broken = memoize(async () => {
      if (++calls === 1) throw new Error('no')
      return calls
    })
    await assert.rejects(Promise.all([broken(), broken()]), /no/)
    assert.equal(await broken(), 2)
    let throws = true
    const sync = memoize(() => {
      if (throws) throw new Error('no')
      return 1
    })
    assert.throws(sync, /no/)
    throws = false
    assert.equal(sync(), 1)
  })

  it('remembers max answers, for ttl', async () => {
    let calls = 0
    const count = memoize((_: number) => ++calls, { max: 2, ttl: 60 })
    assert.deepEqual([count(1), count(2), count(1), count(2)], [1, 2, 1, 2])
    assert.deepEqual([count(3), count(1)], [3, 4])
    await later(80)
    assert.equal(count(1), 5)
  })

  it('forgets when told to', () => {
    let calls = 0
    const count = memoize((_: string) => ++calls)
    assert.deepEqual([count('a'), count('b')], [1, 2])
    count.delete('a')
    assert.deepEqual([count('a'), count('b')], [3, 2])
    count.clear()
    assert.equal(count('b'), 4)
  })

  it('takes a key of the user, and asks for one where it needs it', () => {
    class User {
      id = 1
    }
    const name = memoize((user: User) => `user ${user.id}`, { key: ({ id }) => String(id) })
    assert.equal(name(new User()), name(new User()))
    const keyless = memoize((_: User) => 1)
    assert.throws(
      () => keyless(new User()),
      (error: Error) => {
        assert.match(error.message, /^Cannot memoize this call by its arguments: give the option key/)
        assert.match(String((error.cause as Error).message), /argument 1: it is an instance of User/)
        return true
      },
    )
  })

  it('is bounded also when the arguments are long', () => {
    let calls = 0
    const count = memoize((_: string) => ++calls)
    const long = (letter: string) => letter.repeat(6 * 2 ** 20)
    for (const letter of ['a', 'b', 'c']) count(long(letter))
    assert.equal(count(long('c')), 3)
    assert.equal(count(long('a')), 4)
    assert.equal(count('x'.repeat(2 ** 24)), 5)
    assert.equal(count('x'.repeat(2 ** 24)), 6)
  })

  it('refuses bad options', () => {
    for (const max of [0, 1.5, Number.POSITIVE_INFINITY])
      assert.throws(() => memoize(() => 1, { max }), /RangeError: .*max/)
    assert.throws(() => memoize(() => 1, { ttl: 0 }), RangeError)
  })
})
