import { setTimeout as sleep } from 'node:timers/promises'
import { RestApplication } from 'restmachine'
import { describe, expect, it, vi } from 'vitest'

describe('a provider that opens when the time of its request is up', () => {
  it('is closed by the failure, so that it rolls back', async () => {
    const log: string[] = []
    const app = new RestApplication()
      .dependency('transaction', async function* () {
        await sleep(60)
        try {
          yield 1
          log.push('commit')
        } catch (error) {
          log.push(`rollback: ${(error as Error).message}`)
        } finally {
          log.push('released')
        }
      })
      .get('/', ({ transaction }) => transaction, { timeout: 20 })
    const response = await app.fetch(new Request('http://localhost/'))
    expect(response.status).toBe(503)
    await vi.waitFor(() => expect(log).toContain('released'))
    expect(log).toEqual(['rollback: The request took longer than 20 ms', 'released'])
  })
})
