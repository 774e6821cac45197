import assert from 'node:assert/strict'
import { type CacheOptions, createCache } from 'restmachine'
import { describe, it } from 'vitest'
import { everyStore, later, lines } from './stores.ts'

const kinds = everyStore()

describe.each(kinds)('a cache: $title', ({ missing, open }) => {
  const create = (options: CacheOptions = {}) => createCache({ store: open(), ...options })

  describe.skipIf(missing !== undefined)('get, set and delete', () => {
    it('keeps values of every kind that is allowed', async () => {
      const cache = create()
      const value = {
        date: new Date(0),
        map: new Map([[1n, new Set(['a'])]]),
        none: undefined,
        list: [Number.NaN],
      }
      await cache.set('key', value)
      assert.deepEqual(await cache.get('key'), value)
      await cache.delete('key')
      assert.equal(await cache.get('key'), undefined)
    })

    it('shields what it keeps from those who change what they got, or gave', async () => {
      const cache = create()
      const given = { names: ['Ada'] }
      await cache.set('key', given)
      given.names.push('changed')
      const first = await cache.get<typeof given>('key')
      first?.names.push('changed')
      const wrapped = await cache.wrap('key', () => given)
      wrapped.names.push('changed')
      assert.deepEqual(await cache.get('key'), { names: ['Ada'] })
    })

    it('keeps a value for its time to live, else for that of the cache', async () => {
      const cache = create({ ttl: 150 })
      await cache.set('preset', 1)
      await cache.set('own', 1, { ttl: '1m' })
      assert.equal(await cache.get('preset'), 1)
      await later(200)
      assert.equal(await cache.get('preset'), undefined)
      assert.equal(await cache.get('own'), 1)
    })

    it('gets no value that is stale', async () => {
      const cache = create()
      await cache.set('key', 1, { ttl: 100, staleWhileRevalidate: '1m' })
      await later(150)
      assert.equal(await cache.get('key'), undefined)
      assert.equal(await cache.wrap('key', () => 2), 1)
    })

    it('refuses what cannot be kept, and keeps what was there', async () => {
      const cache = create()
      await cache.set('key', 1)
      await assert.rejects(cache.set('key', { user: { greet: () => 'hi' } }), {
        name: 'TypeError',
        message: /^Cannot cache value\.user\.greet: it is a function/,
      })
      await assert.rejects(
        cache.wrap('other', () => ({ at: [Symbol('x')] })),
        /value\.at\[0\]: it is a symbol/,
      )
      assert.equal(await cache.get('key'), 1)
    })

    it('deletes what it cannot read, counts it as a miss and says so', async () => {
      const store = open()
      const { kept, logger } = lines()
      const cache = createCache({ store, logger })
      for (const text of [
        '',
        'no JSON',
        '{}',
        '[1,0,[]]',
        '[2,0,[],7]',
        '[1,"0",[],7]',
        '[1,0,[7],7]',
        '[1,0,[],{"$":["nonsense"]}]',
        '[1,0,[],{"__proto__":{"admin":true}}]',
        '[1,0,[],{"\\u005f_proto__":1}]',
        '[1,0,[],{"constructor":{"prototype":{}}}]',
        '[1,0,[],{"$":["bigint","x"]}]',
        '[1,0,[],{"$":["map",7]}]',
      ]) {
        await store.set('value:/key', text, 60_000)
        assert.equal(await cache.wrap('key', () => 'made', { ttl: 1 }), 'made', text)
        await later(5)
        await store.set('value:/key', text, 60_000)
        assert.equal(await cache.get('key'), undefined, text)
        assert.equal(await store.get('value:/key'), undefined, text)
        assert.equal(
          kept.splice(0).filter((line) => line.includes('"value:/key" cannot be read')).length,
          2,
          text,
        )
      }
    })
  })

  describe.skipIf(missing !== undefined)('keys', () => {
    it('never meet across namespaces', async () => {
      const root = create()
      const caches = [
        root,
        root.namespace('a'),
        root.namespace('a:b'),
        root.namespace('a').namespace('b'),
        root.namespace('a/b'),
        root.namespace('a%3Ab'),
      ]
      const keys = ['c', 'b:c', 'a:b:c', '/c', 'b/c', 'a/b/c', '', '%']
      for (const [i, cache] of caches.entries()) for (const key of keys) await cache.set(key, `${i} ${key}`)
      for (const [i, cache] of caches.entries())
        for (const key of keys) assert.equal(await cache.get(key), `${i} ${key}`)
    })

    it('may be of any length and any characters', async () => {
      const store = open()
      const cache = createCache({ store })
      const long = 'x'.repeat(201)
      const keys = [
        long,
        `${long}y`,
        'x'.repeat(200),
        'x'.repeat(2 ** 20),
        '\ud800',
        '\ud801',
        '\ufffd',
        '#',
        '\0',
        'é'.repeat(201),
      ]
      for (const key of keys) await cache.set(key, key.length)
      for (const key of keys) assert.equal(await cache.get(key), key.length)
      assert.notEqual(await store.get(`value:/${'x'.repeat(200)}`), undefined)
      assert.equal(await store.get(`value:/${long}`), undefined)
    })

    it('that look like a digest do not meet the digest of a long one', async () => {
      const long = 'x'.repeat(201)
      const units = Uint16Array.from(long, (character) => character.charCodeAt(0))
      const digest = Buffer.from(await crypto.subtle.digest('SHA-256', units)).toString('hex')
      const store = open()
      const cache = createCache({ store })
      await cache.set(long, 'long')
      await cache.set(`#${digest}`, 'other')
      assert.match((await store.get(`value:/#${digest}`)) ?? '', /long/)
      assert.equal(await cache.get(long), 'long')
    })

    it('that are no text are refused', async () => {
      const cache = create()
      await assert.rejects(
        cache.get(7 as never),
        /^TypeError: Cannot use the cache: a key is a string, got number/,
      )
      await assert.rejects(
        cache.wrap(undefined as never, () => 1),
        /TypeError: .*got undefined/,
      )
    })
  })

  describe.skipIf(missing !== undefined)('wrap', () => {
    it('makes a value once for all who ask at a time, and each gets a value of his own', async () => {
      const cache = create()
      let made = 0
      const make = async () => {
        made++
        await later(50)
        return { made }
      }
      const values = await Promise.all(Array.from({ length: 100 }, () => cache.wrap('key', make)))
      assert.equal(made, 1)
      assert.equal(new Set(values).size, 100)
      assert.deepEqual(new Set(values.map((value) => value.made)), new Set([1]))
      const again = await Promise.all(Array.from({ length: 100 }, () => cache.wrap('key', make)))
      assert.equal(made, 1)
      assert.equal(new Set(again).size, 100)
    })

    it('makes the values of different keys side by side', async () => {
      const cache = create()
      let running = 0
      let most = 0
      const make = async () => {
        most = Math.max(most, ++running)
        await later(30)
        running--
        return 1
      }
      await Promise.all(['a', 'b', 'c'].map((key) => cache.wrap(key, make)))
      assert.equal(most, 3)
    })

    it('keeps nothing when making fails, and lets the next one try', async () => {
      const cache = create()
      const broken = async () => {
        await later(10)
        throw new Error('no database')
      }
      const answers = await Promise.allSettled([cache.wrap('key', broken), cache.wrap('key', broken)])
      assert.deepEqual(
        answers.map(({ status }) => status),
        ['rejected', 'rejected'],
      )
      assert.equal(await cache.wrap('key', () => 'here'), 'here')
      await assert.rejects(
        cache.wrap('at once', () => {
          throw new Error('no')
        }),
        /no/,
      )
    })

    it('awaits what only behaves like a promise, as query builders do', async () => {
      const cache = create()
      // biome-ignore lint/suspicious/noThenProperty: that is what is tried
      const query = { then: (done: (rows: number[]) => void) => done([1]) }
      assert.deepEqual(await cache.wrap('key', () => query as unknown as Promise<number[]>), [1])
      assert.deepEqual(await cache.get('key'), [1])
    })

    it('gives up on a value that takes too long, and lets the next one try', async () => {
      const cache = create()
      await assert.rejects(
        cache.wrap('key', () => new Promise(() => undefined), { timeout: 50 }),
        (error: Error) => error.name === 'TimeoutError' && /"value:\/key".*50 ms/.test(error.message),
      )
      assert.equal(await cache.wrap('key', () => 1), 1)
    })

    it('gives an old value at once and makes a new one once, in the background', async () => {
      const cache = create()
      let made = 0
      const make = async () => {
        await later(made === 0 ? 0 : 100)
        return ++made
      }
      const options = { ttl: 50, staleWhileRevalidate: '1m' } as const
      await cache.wrap('key', make, options)
      await later(80)
      const start = performance.now()
      const values = await Promise.all(Array.from({ length: 20 }, () => cache.wrap('key', make, options)))
      assert.ok(performance.now() - start < 90)
      assert.deepEqual(new Set(values), new Set([1]))
      assert.equal(await cache.wrap('key', make, options), 1)
      await cache.close()
      assert.equal(made, 2)
      assert.equal(await cache.wrap('key', make, { ...options }), 2)
    })

    it('keeps an old value that could not be refreshed, says so once, and tries again a second later', async () => {
      const { kept, logger } = lines()
      const cache = create({ logger })
      let tries = 0
      const broken = async () => {
        tries++
        throw new Error('no database')
      }
      await cache.set('key', 'old', { ttl: 20, staleWhileRevalidate: '1m' })
      await later(40)
      for (let i = 0; i < 5; i++) {
        assert.equal(await cache.wrap('key', broken), 'old')
        await later(10)
      }
      assert.equal(tries, 1)
      assert.deepEqual(kept, ['Cache: "value:/key" could not be refreshed, its old value stays'])
      await later(1_000)
      assert.equal(await cache.wrap('key', () => 'new'), 'old')
      await cache.close()
      assert.equal(await cache.wrap('key', broken), 'new')
    })

    it('waits for a refresh under way when the old value is over', async () => {
      const cache = create()
      let made = 0
      const make = async () => {
        made++
        await later(200)
        return 'new'
      }
      await cache.set('key', 'old', { ttl: 20, staleWhileRevalidate: 100 })
      await later(50)
      assert.equal(await cache.wrap('key', make), 'old')
      await later(100)
      assert.equal(await cache.wrap('key', make), 'new')
      assert.equal(made, 1)
    })

    it('remembers absence only when told to', async () => {
      const cache = create()
      let asked = 0
      for (const absent of [undefined, null]) {
        const find = () => {
          asked++
          return absent
        }
        asked = 0
        assert.equal(await cache.wrap(`a ${absent}`, find), absent)
        assert.equal(await cache.wrap(`a ${absent}`, find), absent)
        assert.equal(asked, 2)
        assert.equal(await cache.wrap(`b ${absent}`, find, { negativeTtl: 100 }), absent)
        assert.equal(await cache.wrap(`b ${absent}`, find, { negativeTtl: 100 }), absent)
        assert.equal(asked, 3)
        await later(150)
        assert.equal(await cache.wrap(`b ${absent}`, find, { negativeTtl: 100 }), absent)
        assert.equal(asked, 4)
      }
    })

    it('forgets an old value whose refresh finds nothing', async () => {
      const cache = create()
      await cache.set('key', 'old', { ttl: 20, staleWhileRevalidate: '1m' })
      await later(40)
      assert.equal(await cache.wrap<string | undefined>('key', () => undefined), 'old')
      await cache.close()
      assert.equal(await cache.wrap<string | undefined>('key', () => undefined), undefined)
    })

    it('does not keep what was made before its key was set or deleted', async () => {
      const cache = create()
      const make = async () => {
        await later(60)
        return 'outdated'
      }
      const first = cache.wrap('key', make)
      await later(20)
      await cache.set('key', 'newer')
      assert.equal(await first, 'outdated')
      assert.equal(await cache.get('key'), 'newer')

      const second = cache.wrap('other', make)
      await later(20)
      await cache.delete('other')
      const third = await cache.wrap('other', () => 'newest')
      assert.equal(third, 'newest')
      await second
      assert.equal(await cache.get('other'), 'newest')
    })

    it('refuses bad options, by name', async () => {
      const cache = create()
      await assert.rejects(
        cache.wrap('key', () => 1, { ttl: '5 minutes' as '5m' }),
        /RangeError.*"5 minutes"/,
      )
      await assert.rejects(cache.set('key', 1, { ttl: 0 }), /RangeError/)
      await assert.rejects(
        cache.set('key', 1, { ttl: '3651d' }),
        /RangeError: Cannot cache for 3651d.*10 years/,
      )
      await cache.set('key', 1, { ttl: '3650d' })
      await cache.set('key', 1, { tags: Array.from({ length: 50 }, String) })
      await assert.rejects(
        cache.set('key', 1, { tags: Array.from({ length: 51 }, String) }),
        /50 tags at most, got 51/,
      )
      assert.throws(() => createCache({ ttl: -1 }), RangeError)
      for (const name of ['', 'x'.repeat(101), '\ud800'])
        assert.throws(() => cache.namespace(name), /RangeError: Cannot create a namespace/)
      cache.namespace('x'.repeat(100))
    })
  })

  describe.skipIf(missing !== undefined)('invalidate', () => {
    it('ends every entry with the tag, and no other', async () => {
      const cache = create()
      await cache.set('a', 1, { tags: ['red'] })
      await cache.set('b', 2, { tags: ['red', 'blue'] })
      await cache.set('c', 3, { tags: ['blue'] })
      await cache.set('d', 4)
      assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key))), [1, 2, 3, 4])
      await cache.invalidate('red')
      const left = await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key)))
      assert.deepEqual(left, [undefined, undefined, 3, 4])
      await cache.set('a', 5, { tags: ['red'] })
      assert.equal(await cache.get('a'), 5)
      await cache.invalidate('red', 'blue', 'unknown')
      assert.equal(await cache.get('a'), undefined)
      assert.equal(await cache.get('c'), undefined)
    })

    it('ends values that are just being made', async () => {
      const cache = create()
      const first = cache.wrap(
        'key',
        async () => {
          await later(60)
          return 'before'
        },
        { tags: ['red'] },
      )
      await later(30)
      await cache.invalidate('red')
      assert.equal(await cache.wrap('key', () => 'after', { tags: ['red'] }), 'after')
      assert.equal(await first, 'before')
      assert.equal(await cache.get('key'), 'after')
    })

    it('also when another cache on the store makes them', async () => {
      const store = open()
      const [one, other] = [createCache({ store }), createCache({ store })]
      const making = one.wrap(
        'key',
        async () => {
          await later(60)
          return 'before'
        },
        { tags: ['red'] },
      )
      await later(30)
      await other.invalidate('red')
      await making
      assert.equal(await other.get('key'), undefined)
    })

    it('keeps a tag for as long as the entries that have it', async () => {
      const store = open()
      const cache = createCache({ store })
      await store.set('tag:/red', 'token', 100)
      await cache.set('key', 1, { ttl: '1h', tags: ['red'] })
      await later(150)
      assert.equal(await cache.get('key'), 1)
    })

    it('knows tags by namespace', async () => {
      const cache = create()
      const [one, other] = [cache.namespace('one'), cache.namespace('other')]
      await one.set('key', 1, { tags: ['red'] })
      await other.set('key', 2, { tags: ['red'] })
      await one.invalidate('red')
      assert.deepEqual([await one.get('key'), await other.get('key')], [undefined, 2])
    })
  })

  describe.skipIf(missing !== undefined)('lock', () => {
    it('makes a value once among all caches on the store', async () => {
      const store = open()
      let made = 0
      const make = async () => {
        await later(100)
        return ++made
      }
      const caches = Array.from({ length: 5 }, () => createCache({ store }))
      const values = await Promise.all(caches.map((cache) => cache.wrap('key', make, { lock: true })))
      assert.deepEqual(values, [1, 1, 1, 1, 1])
    })

    it('that becomes free is no reason to make what another has just made', async () => {
      const store = open()
      let misses = 0
      const slow = {
        ...store,
        async get(key: string) {
          const text = await store.get(key)
          // Until the other one has made the value and let go of the lock.
          if (misses++ === 0) await later(100)
          return text
        },
      }
      const late = createCache({ store: slow }).wrap('key', () => 'twice', { lock: true })
      assert.equal(await createCache({ store }).wrap('key', () => 'once', { lock: true }), 'once')
      assert.equal(await late, 'once')
    })

    it('is free again after a failure', async () => {
      const store = open()
      const cache = createCache({ store })
      await assert.rejects(cache.wrap('key', () => Promise.reject(new Error('no')), { lock: true }))
      const start = performance.now()
      assert.equal(await createCache({ store }).wrap('key', () => 1, { lock: true }), 1)
      assert.ok(performance.now() - start < 1_000)
    })

    it('is waited for no longer than the time-out', async () => {
      const store = open()
      await store.set('lock:/key', 'somebody', 60_000)
      const start = performance.now()
      assert.equal(await createCache({ store }).wrap('key', () => 1, { lock: true, timeout: 300 }), 1)
      const waited = performance.now() - start
      assert.ok(waited >= 300 && waited < 1_500, `${waited}`)
      assert.equal(await store.get('lock:/key'), 'somebody')
    })

    it('held by another keeps an old value from being refreshed twice', async () => {
      const store = open()
      const cache = createCache({ store })
      await cache.set('key', 'old', { ttl: 20, staleWhileRevalidate: '1m' })
      await store.set('lock:/key', 'somebody', 60_000)
      await later(40)
      let made = 0
      assert.equal(await cache.wrap('key', () => `${++made}`, { lock: true }), 'old')
      await cache.close()
      assert.equal(made, 0)
    })
  })
})

describe('a lock on every store', () => {
  it('is renewed while its holder works', async () => {
    const stores = kinds.filter(({ missing }) => missing === undefined).map(({ open }) => open())
    let made = 0
    const make = async () => {
      made++
      await later(6_500)
      return 'slow'
    }
    const answers = stores.map(async (store) => {
      const first = createCache({ store }).wrap('key', make, { lock: true })
      await later(20)
      return Promise.all([first, createCache({ store }).wrap('key', make, { lock: true })])
    })
    for (const answer of await Promise.all(answers)) assert.deepEqual(answer, ['slow', 'slow'])
    assert.equal(made, stores.length)
  })
})
