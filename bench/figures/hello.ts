/** One framework as text: programs of any size are written with it, to be bundled and type-checked. */
export interface Sketch {
  /** Imports and what begins the application. */
  readonly begin: string
  /** One more route with a parameter and a typed answer. */
  readonly route: (index: number) => string
  /** What ends the declaration. */
  readonly end: string
  /** What serves it on Node. */
  readonly serve: string
}

/** The smallest application of each framework, as its documentation writes it. */
export const sketches: Readonly<Record<string, Sketch>> = {
  raw: {
    begin: `import { createServer } from 'node:http'\nconst answers: Record<string, (id: string) => object> = {`,
    route: (index) => `  '/things${index}': (id) => ({ id, size: id.length }),`,
    end: '}',
    serve: `createServer((request, response) => {
  const [, path = '', id = ''] = (request.url ?? '').split('/')
  const answer = answers['/' + path]
  const body = JSON.stringify(answer === undefined ? {} : answer(id))
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body)
}).listen(0)`,
  },
  restmachine: {
    begin: `import { RestApplication } from 'restmachine'\nimport { serve } from 'restmachine/node'
const app = new RestApplication()`,
    route: (index) => `  .get('/things${index}/{id}', ({ id }) => ({ id, size: id.length }))`,
    end: '',
    serve: 'await serve(app, { port: 0 })',
  },
  fastify: {
    begin: `import Fastify from 'fastify'\nconst app = Fastify()`,
    route: (index) =>
      `app.get<{ Params: { id: string } }>('/things${index}/:id', ({ params: { id } }) => ({ id, size: id.length }))`,
    end: '',
    serve: 'await app.listen({ port: 0 })',
  },
  hono: {
    begin: `import { serve } from '@hono/node-server'\nimport { Hono } from 'hono'\nconst app = new Hono()`,
    route: (index) =>
      `  .get('/things${index}/:id', (c) => c.json({ id: c.req.param('id'), size: c.req.param('id').length }))`,
    end: '',
    serve: 'serve({ fetch: app.fetch, port: 0 })',
  },
  h3: {
    begin: `import { H3, serve } from 'h3'\nconst app = new H3()`,
    route: (index) =>
      `app.get('/things${index}/:id', (event) => ({ id: event.context.params?.id, size: event.context.params?.id?.length }))`,
    end: '',
    serve: 'serve(app, { port: 0 })',
  },
  elysia: {
    begin: `import { node } from '@elysiajs/node'\nimport { Elysia } from 'elysia'\nconst app = new Elysia({ adapter: node() })`,
    route: (index) => `  .get('/things${index}/:id', ({ params: { id } }) => ({ id, size: id.length }))`,
    end: '',
    serve: 'app.listen(0)',
  },
  express: {
    begin: `import express from 'express'\nconst app = express()`,
    route: (index) =>
      `app.get('/things${index}/:id', ({ params: { id } }, response) => void response.json({ id, size: id.length }))`,
    end: '',
    serve: 'app.listen(0)',
  },
  koa: {
    begin: `import Router from '@koa/router'\nimport Koa from 'koa'\nconst app = new Koa()\nconst router = new Router()`,
    route: (index) =>
      `router.get('/things${index}/:id', (context) => { context.body = { id: context.params.id, size: context.params.id?.length } })`,
    end: 'app.use(router.routes())',
    serve: 'app.listen(0)',
  },
}

/** The program with so many routes. */
export function writeSketch({ begin, route, end, serve }: Sketch, routes: number): string {
  const lines = Array.from({ length: routes }, (_, index) => route(index))
  return `${[begin, ...lines, end, serve].join('\n')}\nexport {}\n`
}
