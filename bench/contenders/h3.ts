import { H3, type H3Event, HTTPError, readValidatedBody, serve } from 'h3'
import { entries, findUser, findViewer, greet, openStore, openTenant, pageOf } from '../domain.ts'
import { Item } from '../item.ts'
import { answerAccount } from './account-by-hand.ts'
import { announce } from './announce.ts'
import { furtherRoutes } from './further-routes.ts'

const app = new H3()
  .get('/api/data', () => greet())
  .get('/users/:userId', ({ context }) => {
    const store = openStore(openTenant())
    return findUser(store, findViewer(store), context.params?.userId ?? '')
  })
  .post('/items', async (event) => {
    const item = await readValidatedBody(event, Item)
    event.res.status = 201
    return item
  })
  .get('/etag', (event) => {
    event.res.headers.set('etag', '"v1"')
    if (event.req.headers.get('if-none-match') !== '"v1"') return greet()
    event.res.status = 304
    return null
  })
  .get('/list', () => entries)
  .get('/accounts/:accountId', showAccount)

for (const path of furtherRoutes) app.get(path, () => greet())

const server = serve(app, { port: 0, hostname: '127.0.0.1', silent: true })
await server.ready()
announce(Number(new URL(server.url ?? '').port))

// `handleCacheHeaders` would add a Cache-Control of its own, so conditions are answered by hand, as the rest.
function showAccount({ req, res, context }: H3Event): unknown {
  const answer = answerAccount((name) => req.headers.get(name), context.params?.accountId ?? '')
  const { status, etag } = answer
  if (status === 401) throw new HTTPError({ status, headers: { 'www-authenticate': 'Bearer' } })
  if (etag === undefined) throw new HTTPError({ status })
  res.status = status
  res.headers.set('etag', etag)
  res.headers.set('vary', 'Accept')
  if (answer.status === 304) return null
  if (answer.type === 'application/json') return answer.view
  res.headers.set('content-type', 'text/html; charset=utf-8')
  return pageOf(answer.view)
}
