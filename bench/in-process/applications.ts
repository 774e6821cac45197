import { RestApplication } from 'restmachine'
import { findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'

/** What a large application has beside the routes that are measured. */
export const OTHER_ROUTES = 400

const template = { html: ({ result }: { readonly result: { readonly message: string } }) => result.message }

/** The application that is measured in process, with `others` more routes, half of them with a parameter. */
export function createApplication(others: number = OTHER_ROUTES, bypassStateMachine = false) {
  const options = { bypassStateMachine }
  const app = new RestApplication()
    .dependency('tenant', () => openTenant())
    .dependency('store', ({ tenant }) => openStore(tenant))
    .dependency('viewer', ({ store }) => findViewer(store))
    .get('/api/data', () => greet(), options)
    .get('/users/{userId}', ({ store, viewer, userId }) => findUser(store, viewer, userId), options)
    // The same by hand: the difference is what injection costs.
    .get(
      '/by-hand/{userId}',
      ({ userId }) => {
        const store = openStore(openTenant())
        return findUser(store, findViewer(store), userId)
      },
      options,
    )
  if (!bypassStateMachine) {
    app
      .resource('/etag', (tagged) => tagged.etag(() => 'v1').get(() => greet()))
      .get('/either', () => greet(), { provides: { 'text/html': template.html } })
      .get('/text', () => '{"message":"Hello"}')
  }
  for (let index = 0; index < others / 2; index++) {
    app.get(`/things${index}`, () => greet()).get(`/things${index}/{thingId}`, ({ thingId }) => ({ thingId }))
  }
  return app
}
