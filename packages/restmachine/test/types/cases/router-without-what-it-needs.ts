// error: Argument of type 'Router<{ clock: Clock; }, SessionBuiltIns, BuiltIns & { clock: Clock; }>' is not assignable to parameter of type '"nothing provides \"clock\""'.

import { RestApplication, Router } from 'restmachine'

interface Clock {
  now(): number
}
const router = new Router<{ clock: Clock }>().get('/', ({ clock }) => clock.now())

new RestApplication().mount('/time', router) // <-- here
