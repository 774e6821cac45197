// error: 'user' is possibly 'undefined'.

import { RestApplication } from 'restmachine'

interface User {
  readonly name: string
}
declare function findUser(): User | undefined

new RestApplication().dependency('user', () => findUser()).get('/', ({ user }) => user.name) // <-- here
