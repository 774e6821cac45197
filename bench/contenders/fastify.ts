import Fastify from 'fastify'
import { entries, findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'
import { Item } from '../item.ts'
import { accountRoutes } from './account-fastify.ts'
import { announce } from './announce.ts'
import { furtherRoutes } from './further-routes.ts'

// Without schemas: `JSON.stringify` writes, and zod checks in the handler.
const app = Fastify()

app.get('/api/data', (_request, reply) => {
  reply.send(greet())
})

app.get<{ Params: { userId: string } }>('/users/:userId', (request, reply) => {
  const store = openStore(openTenant())
  reply.send(findUser(store, findViewer(store), request.params.userId))
})

app.post('/items', (request, reply) => {
  const checked = Item.safeParse(request.body)
  if (checked.success) reply.code(201).send(checked.data)
  else reply.code(422).send({ error: 'not an item' })
})

app.get('/etag', (request, reply) => {
  reply.header('etag', '"v1"')
  if (request.headers['if-none-match'] === '"v1"') reply.code(304).send()
  else reply.send(greet())
})

app.get('/list', (_request, reply) => {
  reply.send(entries)
})

app.register(accountRoutes({}))

for (const path of furtherRoutes) {
  app.get(path, (_request, reply) => {
    reply.send(greet())
  })
}

const address = await app.listen({ port: 0, host: '127.0.0.1' })
announce(Number(new URL(address).port))
