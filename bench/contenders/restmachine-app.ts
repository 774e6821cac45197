import { challenge, RestApplication, respond } from 'restmachine'
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
import { furtherRoutes } from './further-routes.ts'

/** The application of `restmachine` and `bun-restmachine`. */
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

  .resource('/accounts/{accountId}', (account) =>
    account
      .authorized(
        ({ credentials }) =>
          (credentials?.scheme === 'bearer' && isKnownToken(credentials.token)) || challenge('Bearer'),
      )
      .resourceExists('account', ({ store, accountId }) => findAccount(store, accountId))
      .etag(({ account }) => account.version)
      .get(({ account, store, viewer }) => viewAccount(account, store, viewer), {
        provides: { 'text/html': ({ result }) => pageOf(result) },
      }),
  )

for (const path of furtherRoutes) app.get(path.replace(':itemId', '{itemId}'), () => greet())
