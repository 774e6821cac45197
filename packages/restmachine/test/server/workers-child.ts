// Runs as a process of its own: node workers-child.ts '{"options":{…}}'. It tells where it serves on one line.
// With `"alone":true` there are no workers: it serves the application itself.
import { serve, serveWorkers, type WorkersOptions } from '../../src/node.ts'

const {
  options,
  alone = false,
  name = 'workers-app.ts',
} = JSON.parse(process.argv[2] as string) as {
  readonly options: WorkersOptions
  readonly alone?: boolean
  readonly name?: string
}
const file = new URL(name, import.meta.url)
try {
  const { url, port } = alone
    ? await serve((await import(file.href)).app, { port: 0, ...options })
    : await serveWorkers(file, { port: 0, ...options })
  console.log(JSON.stringify({ url, port }))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
