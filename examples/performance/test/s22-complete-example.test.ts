import { get } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { missingPostgres, openDatabase } from '../../../services/postgres.ts'
import { createApp } from '../../users-api/app.ts'
import { app } from '../s22-complete-example.ts'
import { served } from './served.ts'

/** The header fields as they come; `fetch` would have unpacked the content. */
function fieldsOf(url: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => resolve(response.resume().headers)).on('error', reject)
  })
}

it('S22: everything together, on parts of its own', async () => {
  await prove((await served(app)).url)
})

const missing = missingPostgres()

it.skipIf(missing !== undefined)(
  `S22: everything together, on PostgreSQL ${missing ?? ''}`.trim(),
  async () => {
    const database = await openDatabase()
    onTestFinished(() => database.stop())
    await prove((await served(createApp({ databaseUrl: database.url }))).url)
  },
)

async function prove(url: string): Promise<void> {
  const missed = await fetch(`${url}/users/7`)
  expect([missed.status, missed.headers.get('x-cache')]).toEqual([200, 'MISS'])
  const hit = await fetch(`${url}/users/7`)
  expect([hit.status, hit.headers.get('x-cache')]).toEqual([200, 'HIT'])
  expect(await hit.json()).toEqual(await missed.json())

  expect((await fetch(`${url}/users/999999`)).status).toBe(404)
  const coded = await fieldsOf(`${url}/users`, { 'accept-encoding': 'gzip' })
  expect(coded['content-encoding']).toBe('gzip')
  expect(
    (await fieldsOf(`${url}/users/7`, { 'accept-encoding': 'gzip' }))['content-encoding'],
  ).toBeUndefined()
}
