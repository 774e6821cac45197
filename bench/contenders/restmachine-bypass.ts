import { RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'
import { entries, findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'
import { Item } from '../item.ts'
import { announce } from './announce.ts'

// What the decisions cost: the same routes without them, and conditions answered by hand.
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

const server = await serve(app, { port: 0 })
announce(server.port)
