// error: Property 'request' does not exist on type 'SessionBuiltIns'.
// error: Property 'user' does not exist on type 'SessionBuiltIns & Record<"client", any>'.
// error: Property 'request' does not exist on type 'SessionBuiltIns & Record<"client", any> & Record<"cache", any[]>'.
// error: Property 'user' does not exist on type 'SessionBuiltIns & Record<"client", any> & Record<"cache", any[]> & Record<"pool", any>'.
// error: Property 'user' does not exist on type 'SessionBuiltIns & Record<"client", any> & Record<"cache", any[]> & Record<"pool", any>'.

import { RestApplication } from 'restmachine'

new RestApplication()
  .dependency('user', () => 'Ada')
  .dependency('client', ({ request }) => request.path, { scope: 'session' }) // <-- here
  .dependency('cache', ({ user }) => [user], { ttl: '5m' }) // <-- here
  .onStartup('pool', ({ request }) => request.path) // <-- here
  .onStartup(({ user }) => user) // <-- here
  .onShutdown(({ user }) => user) // <-- here
