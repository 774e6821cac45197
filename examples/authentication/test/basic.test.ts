import { describe, expect, it } from 'vitest'
import { app } from '../basic.ts'
import { served } from './served.ts'

const by = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

async function ask(authorization?: string, accept = 'application/json'): Promise<Response> {
  const headers = { accept, ...(authorization === undefined ? {} : { authorization }) }
  return fetch(await served(app.with({})), { headers })
}

describe('a name and a password', () => {
  it('let in who has both', async () => {
    const response = await ask(by('ada:correct horse'))
    expect([response.status, await response.json()]).toEqual([200, { user: 'ada' }])
    expect(await (await ask(by('ada:correct horse'), 'text/html')).text()).toContain('<h1>Welcome, ada</h1>')
  })

  it.each([
    ['nothing is said', undefined],
    ['the password is wrong', by('ada:wrong horse')],
    ['the password is empty', by('ada:')],
    ['nobody knows the name', by('eve:correct horse')],
    ['the name is in another case', by('Ada:correct horse')],
    ['the password has more behind it', by('ada:correct horse:')],
    ['there is no colon', by('ada')],
    ['it is another scheme', `Bearer ${Buffer.from('ada:correct horse').toString('base64')}`],
    ['it is no base64', 'Basic ada:correct horse'],
  ])('let nobody in when %s', async (_, authorization) => {
    const response = await ask(authorization)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="back office", charset="UTF-8"')
  })

  it('take as long for a name that nobody knows', async () => {
    const url = await served(app.with({}))
    const time = async (pair: string): Promise<number> => {
      let best = Number.POSITIVE_INFINITY
      for (let run = 0; run < 5; run++) {
        const start = performance.now()
        await (await fetch(url, { headers: { authorization: by(pair) } })).text()
        best = Math.min(best, performance.now() - start)
      }
      return best
    }
    const [known, unknown] = [await time('ada:wrong'), await time('eve:wrong')]
    // Without the hash, an unknown name would take a tenth of the time.
    expect(unknown).toBeGreaterThan(known / 3)
  })
})
