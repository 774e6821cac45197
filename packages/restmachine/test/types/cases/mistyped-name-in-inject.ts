// error: Type '"clok"' is not assignable to type '"body" | "bytesBody" | "clock" | …'. Did you mean '"clock"'?

import { inject, RestApplication } from 'restmachine'

const app = new RestApplication().dependency('clock', () => Date.now)

app.get(
  '/',
  inject(['clok'], (given) => given.clock()), // <-- here
)
