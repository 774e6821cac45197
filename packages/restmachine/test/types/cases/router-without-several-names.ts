// error: Argument of type 'Router<{ clock: number; pool: number; userId: string; }, SessionBuiltIns, BuiltIns & { clock: number; pool: number; userId: string; }>' is not assignable to parameter of type '"nothing provides \"clock\"" | "nothing provides \"userId\""'.

import { RestApplication, Router } from 'restmachine'

const router = new Router<{ clock: number; pool: number; userId: string }>()

new RestApplication().dependency('pool', () => 1).mount('/users/{id}', router) // <-- here
