import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { started } from './command.ts'

it('S7: on SIGTERM what is in flight is answered, and the logs tell of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'restmachine-s07-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [ACCESS_LOG, ERROR_LOG] = [join(folder, 'access.log'), join(folder, 'error.log')]
  const serving = await started(['s07-timeouts-and-logs.ts'], { env: { PORT: '0', ACCESS_LOG, ERROR_LOG } })
  expect((await fetch(`${serving.url}/api/broken`)).status).toBe(500)
  const inFlight = fetch(`${serving.url}/api/wait/1200`)
  await after(200)
  serving.process.kill('SIGTERM')
  expect(await (await inFlight).json()).toEqual({ waited: 1200 })
  expect(await serving.ended).toBe(0)
  expect(readFileSync(ACCESS_LOG, 'utf8')).toMatch(
    /"GET \/api\/broken HTTP\/1\.1" 500 .*\n.*"GET \/api\/wait\/1200 HTTP\/1\.1" 200 /,
  )
  const log = readFileSync(ERROR_LOG, 'utf8')
  expect(log).toMatch(/ error 500 in GET \/api\/broken\n {2}Error: broken/)
  expect(log).toMatch(/ warn Slow: 200 in GET \/api\/wait\/\{time\} after 1\.\d s/)
  expect(log).toMatch(/ info Closed\n/)
})
