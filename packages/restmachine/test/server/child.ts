// Runs as a process of its own: node child.ts '{"servers":1,"options":{…}}'. It tells its ports on one line.
import { RestApplication } from '../../src/index.ts'
import { type ServeOptions, serve } from '../../src/node.ts'

const { servers, options } = JSON.parse(process.argv[2] as string) as {
  readonly servers: number
  readonly options: ServeOptions
}

function app(index: number): RestApplication {
  return new RestApplication()
    .onShutdown(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50 * index))
      console.log(`shutdown ${index}`)
    })
    .get('/', () => ({ fine: true }))
    .get('/wait/{time}', async ({ time }) => {
      await new Promise((resolve) => setTimeout(resolve, Number(time)))
      return { waited: time }
    })
}

const ports: number[] = []
for (let index = 0; index < servers; index++) {
  ports.push((await serve(app(index), { port: 0, ...options })).port)
}
// Something that would keep the process alive for ever.
setInterval(() => undefined, 1_000)
console.log(JSON.stringify(ports))
