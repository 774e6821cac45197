// error: Type 'string' is not assignable to type 'number'.
// error: Object literal may only specify known properties, but 'clok' does not exist in type 'Partial<BuiltIns & Record<"clock", number>>'. Did you mean to write 'clock'?

import { RestApplication } from 'restmachine'

const app = new RestApplication().dependency('clock', () => Date.now())

app.with({ clock: '12:00' }) // <-- here
app.with({ clok: 42 }) // <-- here
