import { RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'
import { entries, findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'
import { Item } from '../item.ts'
import { announce } from './announce.ts'

export const app = new RestApplication()
  .dependency('tenant', () => openTenant())
  .dependency('store', ({ tenant }) => openStore(tenant))
  .dependency('viewer', ({ store }) => findViewer(store))
  .validates('newItem', Item, ({ jsonBody }) => jsonBody)

  .get('/api/data', () => greet())
  .get('/users/{userId}', ({ store, viewer, userId }) => findUser(store, viewer, userId))
  .post('/items', ({ newItem }) => respond(newItem, 201))
  .resource('/etag', (tagged) => tagged.etag(() => 'v1').get(() => greet()))
  .get('/list', () => entries)

// `in-process.ts` imports the application without a server.
if (import.meta.main) {
  const server = await serve(app, { port: 0 })
  announce(server.port)
}
