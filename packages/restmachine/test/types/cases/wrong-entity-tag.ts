// error: Argument of type '() => { version: number; }' is not assignable to parameter of type '"auto" | ((given: BuiltIns) => May<string | number | bigint>)'.
//   Type '() => { version: number; }' is not assignable to type '(given: BuiltIns) => May<string | number | bigint>'.
//     Type '{ version: number; }' is not assignable to type 'May<string | number | bigint>'.
// error: Type '() => true' is not assignable to type '"auto" | ((given: Given<BuiltIns> & PathParameters<"/">) => May<string | number | bigint>) | undefined'.
//   Type '() => true' is not assignable to type '(given: Given<BuiltIns> & PathParameters<"/">) => May<string | number | bigint>'.
//     Type 'true' is not assignable to type 'May<string | number | bigint>'.

import { RestApplication } from 'restmachine'

new RestApplication()
  .etag(() => ({ version: 1 })) // <-- here
  .get('/', () => 1, { etag: () => true }) // <-- here
