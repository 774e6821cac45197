// error: Type '{ version: number; }' is not assignable to type 'May<string | number | bigint>'.
// error: Type '() => true' is not assignable to type '(given: Given<BuiltIns> & PathParameters<"/">) => May<string | number | bigint>'.
//   Type 'true' is not assignable to type 'May<string | number | bigint>'.

import { RestApplication } from 'restmachine'

new RestApplication()
  .etag(() => ({ version: 1 })) // <-- here
  .get('/', () => 1, { etag: () => true }) // <-- here
