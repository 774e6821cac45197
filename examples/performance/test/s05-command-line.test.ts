import { setTimeout as after } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { started } from './command.ts'

const FLAGS = '--port 0 --workers 2 --log-level info --no-access-log --limit-concurrency 1 --backlog 2048'

it('S5: the command line serves with several processes, bounds them, and stops them all', async () => {
  const serving = await started(['restmachine', 'serve', 's05-command-line.ts', ...FLAGS.split(' ')])
  const { url } = serving
  const pids = new Set<number>()
  for (let request = 0; request < 20; request++) {
    const response = await fetch(`${url}/api/process`, { headers: { connection: 'close' } })
    pids.add(((await response.json()) as { pid: number }).pid)
  }
  expect([pids.size, pids.has(serving.process.pid as number)]).toEqual([2, false])
  expect(serving.said()).toContain(' info Asked')
  expect(serving.said()).not.toContain('Below')

  // One in each process: whoever comes now is one too many, but for those who watch over it.
  const inside = [1, 2].map(() => fetch(`${url}/api/wait/1500`, { headers: { connection: 'close' } }))
  await after(400)
  const refused = await fetch(`${url}/api/process`, { headers: { connection: 'close' } })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect((await fetch(`${url}/livez`, { headers: { connection: 'close' } })).status).toBe(200)
  serving.process.kill('SIGTERM')
  for (const response of await Promise.all(inside)) expect(response.status).toBe(200)
  expect(await serving.ended).toBe(0)
}, 60_000)
