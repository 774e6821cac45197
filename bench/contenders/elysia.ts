import { node } from '@elysiajs/node'
import { announce } from './announce.ts'
import { createApp } from './elysia-app.ts'

// The adapter tells the port that was asked for, which is 0; the server below it knows the real one.
interface Listening {
  readonly raw: { ready(): Promise<unknown>; readonly url?: string }
}

createApp({ adapter: node() }).listen({ port: 0, hostname: '127.0.0.1' }, async (server) => {
  const { raw } = server as unknown as Listening
  await raw.ready()
  announce(Number(new URL(raw.url ?? '').port))
})
