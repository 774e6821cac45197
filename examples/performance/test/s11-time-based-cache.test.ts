import { afterEach, describe, expect, it, vi } from 'vitest'
import { app } from '../s11-time-based-cache.ts'
import { served } from './served.ts'

const FIVE_MINUTES = 5 * 60_000

afterEach(() => vi.restoreAllMocks())

/** What the example answers to several requests at the same time. */
async function ask(url: string, times = 10): Promise<readonly unknown[]> {
  const asking = Array.from({ length: times }, async () => (await fetch(`${url}/api/cached`)).json())
  return Promise.all(asking)
}

const all = (made: number) => Array.from({ length: 10 }, () => ({ rates: { EUR: 1, USD: 1.08 }, made }))

describe('S11: a value with a time to live', () => {
  it('is kept for five minutes, to the millisecond, and then made once for all who ask', async () => {
    let now = 1_000
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const { url } = await served(app.with({}))
    expect(await ask(url)).toEqual(all(1))
    now += FIVE_MINUTES - 1
    expect(await ask(url)).toEqual(all(1))
    now += 1
    expect(await ask(url)).toEqual(all(2))
    now += FIVE_MINUTES - 1
    expect(await ask(url)).toEqual(all(2))
  })

  it('is not kept when making it failed: the next request makes it', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    let reads = 0
    const source = {
      reads: 0,
      async read() {
        if (++reads === 1) throw new Error('no rates today')
        return { rates: { EUR: 1, USD: 1.1 }, made: reads }
      },
    }
    const { url } = await served(app.with({ source }))
    const failed = await fetch(`${url}/api/cached`)
    expect(failed.status).toBe(500)
    expect(await failed.text()).not.toContain('no rates today')
    expect(await ask(url, 1)).toEqual([{ rates: { EUR: 1, USD: 1.1 }, made: 2 }])
  })
})
