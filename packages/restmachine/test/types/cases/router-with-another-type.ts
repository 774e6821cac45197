// error: Argument of type 'Router<{ clock: Clock; }, SessionBuiltIns, BuiltIns & { clock: Clock; }>' is not assignable to parameter of type '"what provides \"clock\" gives another type than the router needs"'.

import { RestApplication, Router } from 'restmachine'

interface Clock {
  now(): number
}
const router = new Router<{ clock: Clock }>().get('/', ({ clock }) => clock.now())

new RestApplication().dependency('clock', () => 42).mount('/time', router) // <-- here
