import type { Logger } from 'restmachine'
import { describe, expect, it, vi } from 'vitest'
import { eventually, served } from './served.ts'

/** The example, served with a key, and the warnings in its log. */
async function started() {
  vi.stubEnv('SERVER_TIMING_KEY', 'key')
  const { app } = await import('../s20-request-timing.ts')
  const warnings: string[] = []
  const ignore = (): void => undefined
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    error: ignore,
    warn: (text) => void warnings.push(text),
  }
  const { url } = await served(app.with({ logger }))
  return { url, warnings }
}

describe('S20: the time of a request', () => {
  it('is in X-Response-Time, and Server-Timing is for those who know the key', async () => {
    const { url, warnings } = await started()
    const response = await fetch(`${url}/api/data`)
    expect(await response.json()).toEqual({ data: 'value' })
    expect(response.headers.get('x-response-time')).toMatch(/^0\.\d{3}s$/)
    expect(response.headers.get('server-timing')).toBeNull()
    const told = await fetch(`${url}/api/data`, { headers: { 'x-timing': 'key' } })
    expect(told.headers.get('server-timing')).toMatch(
      /^requestTimer;dur=[\d.]+, handler;dur=[\d.]+, tear-down;dur=[\d.]+, total;dur=[\d.]+$/,
    )
    expect(warnings).toEqual([])
  })

  it('is a warning when it is more than a second: by hand, and built in', async () => {
    const { url, warnings } = await started()
    const response = await fetch(`${url}/api/slow`)
    expect(await response.json()).toEqual({ rows: 12 })
    expect(response.headers.get('x-response-time')).toMatch(/^1\.\d{3}s$/)
    await eventually(() => warnings.length === 2, 'The second warning')
    expect(warnings[0]).toMatch(/^GET \/api\/slow took 1\.\d{3} s$/)
    expect(warnings[1]).toMatch(/^Slow: 200 in GET \/api\/slow after 1\.\d s, of that 1\.\d s in "report"$/)
  })
})
