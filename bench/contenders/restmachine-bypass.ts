import { HttpError, RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'
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
import { announce } from './announce.ts'
import { chooseType, ifMatchFails, isKnownToClient, tagOf } from './by-hand.ts'
import { furtherRoutes } from './further-routes.ts'

// What the decisions cost: the same routes without them, and what they answer written by hand.
const fast = { bypassStateMachine: true }

const app = new RestApplication()
  .dependency('tenant', () => openTenant())
  .dependency('store', ({ tenant }) => openStore(tenant))
  .dependency('viewer', ({ store }) => findViewer(store))
  .validates('newItem', Item, ({ jsonBody }) => jsonBody)

  .get('/api/data', () => greet(), fast)
  .get('/users/{userId}', ({ store, viewer, userId }) => findUser(store, viewer, userId), fast)
  .post('/items', ({ newItem }) => respond(newItem, 201), fast)
  .get(
    '/etag',
    ({ requestHeaders }) => {
      const isKnown = requestHeaders.get('if-none-match') === '"v1"'
      return respond(isKnown ? undefined : greet(), isKnown ? 304 : 200, { etag: '"v1"' })
    },
    fast,
  )
  .get('/list', () => entries, fast)

  .get(
    '/accounts/{accountId}',
    ({ credentials, requestHeaders, store, viewer, accountId }) => {
      const isKnown = credentials?.scheme === 'bearer' && isKnownToken(credentials.token)
      if (!isKnown) return respond(undefined, 401, { 'www-authenticate': 'Bearer' })
      const type = chooseType(requestHeaders.get('accept') ?? undefined)
      if (type === undefined) throw new HttpError(406)
      const account = findAccount(store, accountId)
      if (account === undefined) throw new HttpError(404)
      const etag = tagOf(account.version, type)
      const headers = { etag, vary: 'Accept' }
      if (ifMatchFails(requestHeaders.get('if-match') ?? undefined, etag)) throw new HttpError(412)
      if (isKnownToClient(requestHeaders.get('if-none-match') ?? undefined, etag)) {
        return respond(undefined, 304, headers)
      }
      const view = viewAccount(account, store, viewer)
      if (type === 'application/json') return respond(view, 200, headers)
      return respond(pageOf(view), 200, { ...headers, 'content-type': 'text/html; charset=utf-8' })
    },
    fast,
  )

for (const path of furtherRoutes) app.get(path.replace(':itemId', '{itemId}'), () => greet(), fast)

const server = await serve(app, { port: 0 })
announce(server.port)
