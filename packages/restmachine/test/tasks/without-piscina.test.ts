import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

// The sources where no package can be found.
it('says what to install where piscina is missing, and runs other tasks all the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const sources = fileURLToPath(new URL('../../src', import.meta.url))
  for (const room of ['tasks', 'http']) cpSync(join(sources, room), join(folder, room), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(folder, 'main.ts'),
    `import { TaskQueue } from './tasks/task-queue.ts'
     const settings = { concurrency: 1, queueLimit: 1, timeout: undefined, workers: 1, shutdownTimeout: 1 }
     const queue = new TaskQueue(settings, console.log)
     try { queue.accept({ worker: './main.ts' }, [], { route: '', requestId: '' }) }
     catch (error) { console.log(error.message) }
     queue.start(queue.accept(() => console.log('ran'), [], { route: '', requestId: '' }))
     await queue.close()`,
  )
  const printed = execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })
  expect(printed.trimEnd().split('\n')).toEqual([
    'Cannot run a task on a thread: it takes Node and the package piscina; npm install piscina',
    'ran',
  ])
})
