import { Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { bearerAuth } from 'hono/bearer-auth'
import { etag } from 'hono/etag'
import {
  entries,
  findAccount,
  findUser,
  findViewer,
  greet,
  isKnownToken,
  openStore,
  openTenant,
  pageOf,
  viewAccount,
} from '../domain.ts'
import { Item } from '../item.ts'
import { ifMatchFails, tagOf } from './by-hand.ts'
import { furtherRoutes } from './further-routes.ts'

/** The application of `hono` and `bun-hono`. */
export const app = new Hono()

app.get('/api/data', (context) => context.json(greet()))

// Hono has no injection of its own; calling by hand is the fastest way it offers.
app.get('/users/:userId', (context) => {
  const store = openStore(openTenant())
  return context.json(findUser(store, findViewer(store), context.req.param('userId')))
})

app.post('/items', async (context) => {
  const checked = Item.safeParse(await context.req.json())
  return checked.success ? context.json(checked.data, 201) : context.json({ error: 'not an item' }, 422)
})

app.get('/etag', (context) => {
  context.header('etag', '"v1"')
  return context.req.header('if-none-match') === '"v1"' ? context.body(null, 304) : context.json(greet())
})

app.get('/list', (context) => context.json(entries))

app.get(
  '/accounts/:accountId',
  bearerAuth({ verifyToken: (token) => isKnownToken(token) }),
  // It keeps a tag that is there, and answers If-None-Match.
  etag(),
  (context) => {
    // Its `accepts` does not know `*/*` and has no 406: both are told by the default.
    const type = accepts(context, {
      header: 'Accept',
      supports: ['application/json', 'text/html'],
      default: context.req.header('accept')?.includes('*/*') === false ? '' : 'application/json',
    })
    if (type !== 'application/json' && type !== 'text/html') return context.text('Not Acceptable', 406)
    const store = openStore(openTenant())
    const account = findAccount(store, context.req.param('accountId'))
    if (account === undefined) return context.notFound()
    const tag = tagOf(account.version, type)
    if (ifMatchFails(context.req.header('if-match'), tag)) return context.text('Precondition Failed', 412)
    const view = viewAccount(account, store, findViewer(store))
    const headers = { etag: tag, vary: 'Accept' }
    return type === 'text/html' ? context.html(pageOf(view), 200, headers) : context.json(view, 200, headers)
  },
)

for (const path of furtherRoutes) app.get(path, (context) => context.json(greet()))
