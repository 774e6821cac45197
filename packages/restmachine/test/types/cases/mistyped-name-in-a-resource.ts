// error: Property 'usr' does not exist on type 'Given<BuiltIns> & PathParameters<"/users/{userId}"> & Record<"user", { id: string; }>'.

import { RestApplication } from 'restmachine'

new RestApplication().resource('/users/{userId}', (user) =>
  user
    .resourceExists('user', ({ userId }) => ({ id: userId }))
    .etag(({ usr }) => usr.id) // <-- here
    .get(({ user }) => user),
)
