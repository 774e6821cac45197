// error: Type 'undefined' is not assignable to type 'string | number | readonly string[]'.
// error: Argument of type 'string' is not assignable to parameter of type 'number'.

import { RestApplication, respond } from 'restmachine'

new RestApplication()
  .post('/', () => respond(1, 201, { location: undefined })) // <-- here
  .post('/x', () => respond(1, '201')) // <-- here
