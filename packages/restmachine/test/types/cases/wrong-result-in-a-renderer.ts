// error: Property 'nam' does not exist on type 'User'. Did you mean 'name'?

import { RestApplication } from 'restmachine'

interface User {
  readonly name: string
}
declare function findUser(id: string): Promise<User | undefined>

new RestApplication().get('/{id}', ({ id }) => findUser(id), {
  provides: { 'text/html': ({ result }) => result.nam }, // <-- here
})
