import type { Logger } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { app } from '../s21-memory-monitor.ts'
import { served } from './served.ts'

const MIB = 2 ** 20

interface Line {
  readonly level: string
  readonly text: string
  readonly external: number
}

/** The example, served, and what it writes to the log. */
async function started() {
  const lines: Line[] = []
  const write = (level: string) => (text: string, details?: unknown) =>
    void lines.push({ level, text, external: (details as { external: number }).external })
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  const { url } = await served(app.with({ logger }))
  return { url, lines }
}

describe('S21: the memory of a request', () => {
  it('is written to the log, one line a request', async () => {
    const { url, lines } = await started()
    for (let request = 0; request < 2; request++) {
      const response = await fetch(`${url}/api/data`)
      expect(await response.json()).toEqual({ items: 50_000, last: { id: 49_999, name: 'Item 49999' } })
    }
    const line =
      /^Memory: GET \/api\/data: [+-][\d.]+ (B|KiB|MiB) on the heap, [+-][\d.]+ (B|KiB|MiB) outside$/
    expect(lines).toHaveLength(2)
    for (const { level, text } of lines) expect([level, text]).toEqual(['debug', expect.stringMatching(line)])
  })

  it('is a warning when it is much, and stays where it is kept', async () => {
    const { url, lines } = await started()
    const leak = await fetch(`${url}/api/leak`, { method: 'POST' })
    expect(await leak.json()).toEqual({
      heapUsed: expect.any(Number),
      external: expect.any(Number),
      others: 0,
    })
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
    expect(lines[0]?.external).toBeGreaterThan(60 * MIB)
    const { external } = (await (await fetch(`${url}/memory`)).json()) as { external: number }
    expect(external).toBeGreaterThan(60 * MIB)
  })
})
