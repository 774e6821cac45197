// error: Property 'pol' does not exist on type 'Given<BuiltIns & Record<"pool", Pool>> & PathParameters<"/">'.

import { RestApplication } from 'restmachine'

interface Pool {
  query(text: string): string
}
declare const pool: Pool

new RestApplication()
  .onStartup('pool', () => pool)
  .get('/', ({ pol }) => pol.query('')) // <-- here
  .post('/', ({ pool }) => pool.query(''))
