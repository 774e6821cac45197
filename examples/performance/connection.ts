import type { Pool, PoolClient } from 'pg'
import { connect } from './database.ts'

/** Lends a connection of the pool for one request. */
export async function* connection({
  pool,
  signal,
}: {
  readonly pool: Pool
  readonly signal: AbortSignal
}): AsyncGenerator<PoolClient> {
  const connection = await connect(pool)
  try {
    yield connection
  } finally {
    // When the time is up a statement may still run: nobody else is to wait for it.
    connection.release(signal.aborted)
  }
}
