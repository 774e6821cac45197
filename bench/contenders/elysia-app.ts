import { Elysia, type ElysiaConfig, status } from 'elysia'
import { entries, findUser, findViewer, greet, openStore, openTenant, pageOf } from '../domain.ts'
import { Item } from '../item.ts'
import { answerAccount } from './account-by-hand.ts'
import { furtherRoutes } from './further-routes.ts'

/** The application of `elysia` and `bun-elysia`. */
export function createApp(config: ElysiaConfig<''>) {
  const app = new Elysia(config)
    .get('/api/data', () => greet())
    .get('/users/:userId', ({ params }) => {
      const store = openStore(openTenant())
      return findUser(store, findViewer(store), params.userId)
    })
    .post('/items', ({ body }) => status(201, body), { body: Item })
    .get('/etag', ({ headers, set }) => {
      set.headers.etag = '"v1"'
      if (headers['if-none-match'] !== '"v1"') return greet()
      set.status = 304
      return undefined
    })
    .get('/list', () => entries)
    .get('/accounts/:accountId', ({ headers, params, set }) => {
      const answer = answerAccount((name) => headers[name], params.accountId)
      set.status = answer.status
      if (answer.status === 401) set.headers['www-authenticate'] = 'Bearer'
      if (answer.etag === undefined) return 'refused'
      set.headers.etag = answer.etag
      set.headers.vary = 'Accept'
      if (answer.status === 304) return undefined
      if (answer.type === 'application/json') return answer.view
      // The adapter for Node makes every string text/plain, so HTML is a response of its own, as in their plugin.
      return new Response(pageOf(answer.view), { headers: { 'content-type': 'text/html; charset=utf-8' } })
    })
  for (const path of furtherRoutes) app.get(path, () => greet())
  return app
}
