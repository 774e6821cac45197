// error: Property 'usr' does not exist on type 'Given<BuiltIns & Record<"user", { name: string; }>> & PathParameters<"/user">'.

import { RestApplication } from 'restmachine'
import { patches } from 'restmachine/patch'

new RestApplication()
  .resourceExists('user', () => ({ name: 'Ada' }))
  .patch('/user', ({ parsedBody }) => parsedBody, { accepts: patches(({ usr }) => usr) }) // <-- here
  .put('/user', ({ parsedBody }) => parsedBody, { accepts: patches(({ user }) => user.name) })
