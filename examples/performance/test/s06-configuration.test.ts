import { expect, it } from 'vitest'
import config from '../s06-configuration/restmachine.config.ts'
import { started } from './command.ts'

it('S6: flags go before the environment, the environment before the file', async () => {
  expect([config.workers, config.port]).toEqual(['auto', 8000])
  const serving = await started(['restmachine', 'serve', '-w', '1'], {
    folder: 's06-configuration',
    env: { PORT: '0', RESTMACHINE_WORKERS: '2' },
  })
  // The port is that of the environment, the host that of the file, the number of processes that of the flag.
  expect(serving.url).toMatch(/^http:\/\/0\.0\.0\.0:(?!8000)\d+$/)
  const { port } = new URL(serving.url)
  const response = await fetch(`http://127.0.0.1:${port}/api/process`)
  expect(await response.json()).toEqual({ pid: serving.process.pid })
})
