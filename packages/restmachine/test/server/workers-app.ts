// The application of test/server/workers.test.ts: each worker runs a copy of its own.

import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from '../../src/index.ts'

const pid = process.pid
const { RESTMACHINE_WORKER: number, TEST_GENERATION: file } = process.env
// A file whose text is read when the module is loaded; `broken` in it breaks the start, with `stuck` it has no end.
const generation = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').trim() : ''

export const app = new RestApplication()
  .onStartup('counter', async () => {
    if (generation === 'broken') throw new Error('the database is gone')
    if (generation === 'stuck') await new Promise(() => undefined)
    console.log(`startup ${number} ${pid}`)
    return { count: 0 }
  })
  .onShutdown(({ counter }) => console.log(`shutdown ${number} ${pid} ${counter.count}`))
  .get('/', ({ counter }) => ({ pid, number, generation, count: ++counter.count }))
  .get('/wait/{time}', async ({ time }) => {
    await after(Number(time))
    return { pid }
  })
  .get('/stream/{time}', ({ time }) => {
    let left = 5
    return new ReadableStream({
      async pull(controller) {
        await after(Number(time) / 5)
        if (left-- === 0) controller.close()
        else controller.enqueue(new Uint8Array([65]))
      },
    })
  })
  .get('/log', () => {
    console.error('a line of the log')
    return { pid }
  })
  .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 1_000_000 })
