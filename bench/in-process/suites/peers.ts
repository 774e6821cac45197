import Fastify from 'fastify'
import { Hono } from 'hono'
import { findUser, findViewer, greet, openStore, openTenant } from '../../domain.ts'
import { createApplication, OTHER_ROUTES } from '../applications.ts'
import type { Operation } from '../slices.ts'

/** The same requests through the doors that frameworks have for tests and for runtimes that speak fetch. */
export function peers(): readonly Operation[] {
  const app = createApplication()
  const hono = honoApplication()
  const fastify = fastifyApplication()
  return paths.flatMap(({ name, path, headers, status }) => [
    {
      name: `restmachine app.fetch: ${name}`,
      run: () => read(app.fetch(request(path, headers)), status),
    },
    { name: `hono app.fetch: ${name}`, run: () => read(hono.fetch(request(path, headers)), status) },
    {
      name: `fastify app.inject: ${name}`,
      run: async () => expectStatus((await fastify.inject({ url: path, headers })).statusCode, status),
    },
  ])
}

const paths: readonly {
  readonly name: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly status: number
}[] = [
  { name: 'plain GET', path: '/api/data', headers: {}, status: 200 },
  { name: 'parameter and three dependencies', path: '/users/42', headers: {}, status: 200 },
  { name: 'conditional GET, 304', path: '/etag', headers: { 'if-none-match': '"v1"' }, status: 304 },
]

function request(path: string, headers: Record<string, string>): Request {
  return new Request(`http://localhost${path}`, { headers })
}

// The body is read, too: a web response that nobody reads has not done its work.
async function read(coming: Response | Promise<Response>, status: number): Promise<string> {
  const response = await coming
  expectStatus(response.status, status)
  return response.text()
}

function expectStatus(status: number, wanted: number): void {
  if (status !== wanted) throw new Error(`cannot measure: the answer is ${status}, wanted is ${wanted}`)
}

function userOf(userId: string): ReturnType<typeof findUser> {
  const store = openStore(openTenant())
  return findUser(store, findViewer(store), userId)
}

function honoApplication(): Hono {
  const app = new Hono()
  app.get('/api/data', (context) => context.json(greet()))
  app.get('/users/:userId', (context) => context.json(userOf(context.req.param('userId'))))
  app.get('/etag', (context) => {
    context.header('etag', '"v1"')
    return context.req.header('if-none-match') === '"v1"' ? context.body(null, 304) : context.json(greet())
  })
  for (let index = 0; index < OTHER_ROUTES / 2; index++) {
    app.get(`/things${index}`, (context) => context.json(greet()))
    app.get(`/things${index}/:thingId`, (context) => context.json({ thingId: context.req.param('thingId') }))
  }
  return app
}

function fastifyApplication(): ReturnType<typeof Fastify> {
  const app = Fastify()
  app.get('/api/data', (_request, reply) => reply.send(greet()))
  app.get<{ Params: { userId: string } }>('/users/:userId', ({ params }, reply) =>
    reply.send(userOf(params.userId)),
  )
  app.get('/etag', ({ headers }, reply) => {
    reply.header('etag', '"v1"')
    return headers['if-none-match'] === '"v1"' ? reply.code(304).send() : reply.send(greet())
  })
  for (let index = 0; index < OTHER_ROUTES / 2; index++) {
    app.get(`/things${index}`, (_request, reply) => reply.send(greet()))
    app.get(`/things${index}/:thingId`, ({ params }, reply) => reply.send(params))
  }
  return app
}
