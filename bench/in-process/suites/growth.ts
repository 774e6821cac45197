import { RestApplication } from 'restmachine'
import { findUser, findViewer, openStore, openTenant } from '../../domain.ts'
import { createApplication } from '../applications.ts'
import type { Operation } from '../slices.ts'
import { request } from './requests.ts'

const PLAIN = { path: '/api/data', name: 'plain GET' }
const USER = { path: '/users/42', name: 'parameter and three dependencies' }

/** The same requests to applications that differ in their size alone. */
export function growth(): readonly Operation[] {
  return [
    ...[10, 1000].flatMap((routes) => {
      const app = createApplication(routes)
      return [PLAIN, USER].map(({ name, path }) => request(app, `${name}, ${routes} routes`, path, {}, 200))
    }),
    ...[3, 30].map((providers) =>
      request(withProviders(providers), `${USER.name}, ${providers} providers`, USER.path, {}, 200),
    ),
  ]
}

/** The handler uses three providers; the others are declared around it. */
function withProviders(count: number) {
  const app = new RestApplication()
    .dependency('tenant', () => openTenant())
    .dependency('store', ({ tenant }) => openStore(tenant))
    .dependency('viewer', ({ store }) => findViewer(store))
  for (let index = 3; index < count; index++) app.dependency(`other${index}`, () => index)
  return app.get('/users/{userId}', ({ store, viewer, userId }) => findUser(store, viewer, userId))
}
