// error: Property 'eighth' does not exist on type 'Given<BuiltIns & Record<"first", Pool> & Record<"second", Pool> & Record<"third", Pool> & Record<"fourth", Pool> & Record<...> & Record<...> & Record<...>> & PathParameters<...>'.

import { RestApplication } from 'restmachine'

interface Pool {
  query(text: string): string
}
declare const pool: Pool

new RestApplication()
  .onStartup('first', () => pool)
  .onStartup('second', () => pool)
  .onStartup('third', () => pool)
  .onStartup('fourth', () => pool)
  .onStartup('fifth', () => pool)
  .onStartup('sixth', () => pool)
  .onStartup('seventh', () => pool)
  .get('/users/{userId}', ({ eighth }) => eighth) // <-- here
