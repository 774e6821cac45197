// error: Type '"soon"' is not assignable to type 'Duration | undefined'.
// error: Type 'string' is not assignable to type 'boolean | undefined'.

import { RestApplication } from 'restmachine'

new RestApplication()
  .get('/', () => 1, { timeout: 'soon' }) // <-- here
  .put('/', () => 1, { allowMissingPut: 'yes' }) // <-- here
