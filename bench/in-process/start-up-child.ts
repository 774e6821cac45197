// Declares and starts one application of so many routes in a process of its own, and tells the milliseconds of CPU.
import { RestApplication } from 'restmachine'
import { findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'

const routes = Number(process.argv[2])
// Loading the package has been paid already, by every size alike.
const before = process.cpuUsage()
const app = new RestApplication()
  .dependency('tenant', () => openTenant())
  .dependency('store', ({ tenant }) => openStore(tenant))
  .dependency('viewer', ({ store }) => findViewer(store))
for (let index = 0; index < routes / 2; index++) {
  app
    .get(`/things${index}`, () => greet())
    .get(`/things${index}/{thingId}`, ({ store, viewer, thingId }) => findUser(store, viewer, thingId))
}
await app.startup()
const { user, system } = process.cpuUsage(before)
process.stdout.write(`${(user + system) / 1000}\n`)
