// error: Type '"clok"' is not assignable to type '"backgroundTasks" | "body" | "bytesBody" | …'. Did you mean '"clock"'?

import { inject, RestApplication } from 'restmachine'

const app = new RestApplication().dependency('clock', () => Date.now)

app.get(
  '/',
  inject(['clok'], (given) => given.clock()), // <-- here
)
