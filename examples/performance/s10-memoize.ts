/*
 * A function remembers what it gave: at most 1,000 answers, of which the one that was not used for longest goes.
 *
 *   node examples/performance/s10-memoize.ts
 *   curl -i localhost:8000/api/shout/hello       # "computed" stays the same; another word is computed by itself
 *   curl -i localhost:8000/api/primes/20000000   # slow once, and made once when several ask at the same time
 */
import { setImmediate as turn } from 'node:timers/promises'
import { HttpError, RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'

/** How many primes there are up to `limit`, without holding up others meanwhile. */
async function countPrimes(limit: number): Promise<number> {
  const composite = new Uint8Array(limit + 1)
  let primes = 0
  for (let candidate = 2; candidate <= limit; candidate++) {
    if (candidate % 100_000 === 0) await turn()
    if (composite[candidate] === 1) continue
    primes++
    for (let multiple = candidate * candidate; multiple <= limit; multiple += candidate)
      composite[multiple] = 1
  }
  return primes
}

export const app = new RestApplication()
  .onStartup('shout', ({ cache }) => {
    let computed = 0
    return cache.memoize((param: string) => ({ result: param.toUpperCase(), computed: ++computed }), {
      max: 1_000,
    })
  })

  // A promise is remembered from the start; one that fails is forgotten. What makes two calls the same is up to you.
  .onStartup('primesUpTo', ({ cache }) =>
    cache.memoize(countPrimes, { max: 100, ttl: '1h', key: (limit) => String(limit) }),
  )

  .get('/api/shout/{word}', ({ shout, word }) => shout(word))

  .get('/api/primes/{limit}', async ({ primesUpTo, limit }) => {
    if (!/^\d{1,8}$/.test(limit)) throw new HttpError(404)
    return { primes: await primesUpTo(Number(limit)) }
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
