import { Pool, type PoolClient, type PoolConfig } from 'pg'
import { HttpError, type Logger } from 'restmachine'

/**
 * Where the database is: what `DATABASE_URL` says; without it, a PostgreSQL that lives as long as this
 * process. A test puts its own in place: `app.with({ databaseUrl })`.
 */
export async function* databaseUrl(): AsyncGenerator<string> {
  const { DATABASE_URL } = process.env
  if (DATABASE_URL) return yield DATABASE_URL
  const { startPostgres } = await import('../../services/postgres.ts')
  const server = await startPostgres()
  try {
    yield server.url
  } finally {
    await server.stop()
  }
}

// Waiting has an end on both sides. A statement that nobody waits for any more goes on, with all it has
// locked, though its connection is closed: only the database can end it.
const LIMITS: PoolConfig = { connectionTimeoutMillis: 3_000, statement_timeout: 3_000 }

/** Opens a pool with the tables of these examples. */
export async function openPool(options: PoolConfig, logger: Logger): Promise<Pool> {
  const pool = new Pool({ ...LIMITS, ...options })
  // A connection that the database ends says so at any time; an error that nobody hears ends the process.
  pool.on('error', () => undefined)
  pool.on('connect', (connection) => {
    connection.on('error', (error) => logger.warn('A database connection is gone', error.message))
  })
  try {
    await pool.query(TABLES)
  } catch (error) {
    await pool.end()
    throw error
  }
  return pool
}

/** @throws {HttpError} 503 when no connection can be had in time: too much to do, or no database. */
export async function connect(pool: Pool): Promise<PoolClient> {
  return pool.connect().catch((cause: unknown) => {
    throw new HttpError(503, 'No database connection is free', { headers: { 'retry-after': '1' }, cause })
  })
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    CONSTRAINT users_email UNIQUE (email) DEFERRABLE INITIALLY DEFERRED
  );
  INSERT INTO users (name, email)
    SELECT 'User ' || number, 'user' || number || '@example.com' FROM generate_series(1, 300) AS number
    WHERE NOT EXISTS (SELECT FROM users);
`
