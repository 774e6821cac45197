import { entries, findUser, findViewer, greet, openStore, openTenant, pageOf } from '../domain.ts'
import { Item } from '../item.ts'
import { answerAccount } from './account-by-hand.ts'
import { announce } from './announce.ts'
import { Bun, type BunRequest } from './bun.ts'
import { furtherRoutes } from './further-routes.ts'

// The routes of Bun.serve, no framework. A static `Response` would be answered without a handler, so none is used.
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  routes: {
    '/api/data': () => Response.json(greet()),
    '/users/:userId': ({ params }) => {
      const store = openStore(openTenant())
      return Response.json(findUser(store, findViewer(store), params.userId ?? ''))
    },
    '/items': { POST: addItem },
    '/etag': (request) => {
      const headers = { etag: '"v1"' }
      const isKnown = request.headers.get('if-none-match') === '"v1"'
      return isKnown ? new Response(null, { status: 304, headers }) : Response.json(greet(), { headers })
    },
    '/list': () => Response.json(entries),
    '/accounts/:accountId': showAccount,
    ...Object.fromEntries(furtherRoutes.map((path) => [path, () => Response.json(greet())])),
  },
  fetch: () => Response.json({ error: 'not found' }, { status: 404 }),
})
announce(server.port)

async function addItem(request: BunRequest): Promise<Response> {
  const checked = Item.safeParse(await request.json())
  if (checked.success) return Response.json(checked.data, { status: 201 })
  return Response.json({ error: 'not an item' }, { status: 422 })
}

function showAccount({ headers, params }: BunRequest): Response {
  const answer = answerAccount((name) => headers.get(name), params.accountId ?? '')
  const { status, etag } = answer
  if (status === 401) return new Response('who?', { status, headers: { 'www-authenticate': 'Bearer' } })
  if (etag === undefined) return new Response('refused', { status })
  const chosen = { etag, vary: 'Accept' }
  if (answer.status === 304) return new Response(null, { status, headers: chosen })
  if (answer.type === 'application/json') return Response.json(answer.view, { headers: chosen })
  return new Response(pageOf(answer.view), {
    headers: { ...chosen, 'content-type': 'text/html; charset=utf-8' },
  })
}
