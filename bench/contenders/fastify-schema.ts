import Fastify from 'fastify'
import { entries, findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'
import { accountRoutes } from './account-fastify.ts'
import { announce } from './announce.ts'
import { furtherRoutes } from './further-routes.ts'

const text = { type: 'string' }
const whole = { type: 'integer' }

function object(properties: Record<string, object>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

// Typed loosely: otherwise a status without a schema, as 304, does not compile.
function answers(status: number, schema: object): { response: Record<number, object> } {
  return { response: { [status]: schema } }
}

const Greeting = object({ message: text })
const User = object({ id: text, name: text, tenant: text, seenBy: text })
const Account = object({ id: text, owner: text, plan: text, tenant: text, seenBy: text })
const Entry = object({
  id: whole,
  name: text,
  email: text,
  role: text,
  active: { type: 'boolean' },
  score: whole,
})
const Item = object({
  name: { type: 'string', minLength: 1, maxLength: 100 },
  sku: { type: 'string', minLength: 1, maxLength: 40 },
  price: { type: 'number', minimum: 0 },
  quantity: { type: 'integer', minimum: 0 },
  available: { type: 'boolean' },
  tags: { type: 'array', items: text, maxItems: 20 },
  description: { type: 'string', maxLength: 500 },
  supplier: object({
    name: { type: 'string', minLength: 1 },
    country: { type: 'string', minLength: 2, maxLength: 2 },
    days: { type: 'integer', minimum: 0 },
  }),
})

const app = Fastify()

app.get('/api/data', { schema: answers(200, Greeting) }, (_request, reply) => {
  reply.send(greet())
})

// Fastify has no injection of its own; calling by hand is the fastest way it offers.
app.get<{ Params: { userId: string } }>(
  '/users/:userId',
  { schema: answers(200, User) },
  (request, reply) => {
    const store = openStore(openTenant())
    reply.send(findUser(store, findViewer(store), request.params.userId))
  },
)

app.post('/items', { schema: { body: Item, ...answers(201, Item) } }, (request, reply) => {
  reply.code(201).send(request.body)
})

app.get('/etag', { schema: answers(200, Greeting) }, (request, reply) => {
  reply.header('etag', '"v1"')
  if (request.headers['if-none-match'] === '"v1"') reply.code(304).send()
  else reply.send(greet())
})

app.get('/list', { schema: answers(200, { type: 'array', items: Entry }) }, (_request, reply) => {
  reply.send(entries)
})

app.register(accountRoutes({ schema: answers(200, Account) }))

for (const path of furtherRoutes) {
  app.get(path, { schema: answers(200, Greeting) }, (_request, reply) => {
    reply.send(greet())
  })
}

const address = await app.listen({ port: 0, host: '127.0.0.1' })
announce(Number(new URL(address).port))
