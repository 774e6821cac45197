import { createCache } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { app } from '../s10-memoize.ts'
import { statusOf } from './clients.ts'
import { eventually, served } from './served.ts'

const json = async (url: string): Promise<unknown> => (await fetch(url)).json()

describe('S10: a function that remembers', () => {
  it('computes once for each argument', async () => {
    const { url } = await served(app.with({}))
    expect(await json(`${url}/api/shout/hello`)).toEqual({ result: 'HELLO', computed: 1 })
    expect(await json(`${url}/api/shout/world`)).toEqual({ result: 'WORLD', computed: 2 })
    expect(await json(`${url}/api/shout/hello`)).toEqual({ result: 'HELLO', computed: 1 })
  })

  it('remembers 1,000 answers, of which the one that was not used for longest goes', async () => {
    const { url } = await served(app.with({}))
    const computed = async (word: string) =>
      ((await json(`${url}/api/shout/${word}`)) as { readonly computed: number }).computed
    for (let index = 0; index < 1_000; index++) await computed(`w${index}`)
    expect(await computed('w0')).toBe(1)
    expect(await computed('one-more')).toBe(1_001)
    expect(await computed('w0')).toBe(1)
    expect(await computed('w1')).toBe(1_002)
  })

  it('computes once for all who ask at the same time', async () => {
    let calls = 0
    const gate = Promise.withResolvers<number>()
    const slow = (limit: number): Promise<number> => {
      calls++
      return gate.promise.then((primes) => primes + limit)
    }
    const primesUpTo = createCache().memoize(slow, { key: (limit) => String(limit) })
    const { url } = await served(app.with({ primesUpTo }))
    const asked = Array.from({ length: 50 }, () => json(`${url}/api/primes/7`))
    await eventually(() => calls > 0)
    gate.resolve(4)
    expect(new Set((await Promise.all(asked)).map((body) => JSON.stringify(body)))).toEqual(
      new Set(['{"primes":11}']),
    )
    expect(calls).toBe(1)
  })

  it('counts primes', async () => {
    const { url } = await served(app.with({}))
    expect(await json(`${url}/api/primes/100`)).toEqual({ primes: 25 })
    expect(await json(`${url}/api/primes/1000000`)).toEqual({ primes: 78_498 })
    expect(await json(`${url}/api/primes/0`)).toEqual({ primes: 0 })
    expect(await statusOf(fetch(`${url}/api/primes/999999999`))).toBe(404)
    expect(await statusOf(fetch(`${url}/api/primes/x`))).toBe(404)
  })
})
