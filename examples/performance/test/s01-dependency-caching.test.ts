import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { app } from '../s01-dependency-caching.ts'
import { served } from './served.ts'

interface Data {
  readonly direct: { readonly result: string; readonly run: number }
  readonly indirect: { readonly data: string }
}

describe('S1: a provider', () => {
  it('runs once in a request that needs it twice, and anew in the next', async () => {
    const { url } = await served(app.with({}))
    for (const run of [1, 2, 3]) {
      const response = await fetch(`${url}/api/data`)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({
        direct: { result: 'value', run },
        indirect: { data: 'value' },
      })
    }
  })

  it('runs once for each of 100 requests at the same time, and none sees the value of another', async () => {
    const { url } = await served(app.with({}))
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => (await (await fetch(`${url}/api/data`)).json()) as Data),
    )
    const runs = answers.map(({ direct }) => direct.run).sort((one, other) => one - other)
    expect(runs).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['0', 0],
    ['an empty string', ''],
    ['false', false],
    ['a promise of undefined', Promise.resolve(undefined)],
  ])('runs once also when it gives %s', async (_, value) => {
    let runs = 0
    const counted = new RestApplication()
      .dependency('nothing', () => {
        runs++
        return value
      })
      .dependency('first', ({ nothing }) => String(nothing))
      .dependency('second', ({ nothing }) => String(nothing))
      .get('/', ({ first, second, nothing }) => ({ same: first === second && first === String(nothing) }))
    const { url } = await served(counted)
    for (const expected of [1, 2]) {
      expect(await (await fetch(url)).json()).toEqual({ same: true })
      expect(runs).toBe(expected)
    }
  })
})
