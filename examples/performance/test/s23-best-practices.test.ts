import { checkApplication } from 'restmachine/check'
import { expect, it } from 'vitest'
import { app, careless } from '../s23-best-practices.ts'
import { served } from './served.ts'

it('S23: what can be seen in a declaration is told with its mend', () => {
  const advice = checkApplication(careless)
  expect(advice.map(({ rule }) => rule)).toEqual([
    'pool-per-request',
    'list-without-pagination',
    'read-without-validator',
  ])
  const [pool, list, read] = advice.map(({ mend }) => mend)
  expect(pool).toContain('onStartup')
  expect(list).toContain('pagination')
  expect(read).toContain('etag')
})

it('S23: what follows the advice gets none, and works', async () => {
  expect(checkApplication(app)).toEqual([])
  const { url } = await served(app)
  const response = await fetch(`${url}/users?page=3`)
  expect(await response.json()).toMatchObject({ page: 3, pages: 3, total: 45 })
  const etag = response.headers.get('etag') ?? ''
  expect((await fetch(`${url}/users?page=3`, { headers: { 'if-none-match': etag } })).status).toBe(304)
})
