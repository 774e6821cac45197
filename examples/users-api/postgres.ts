import pg, { type Pool, type PoolClient } from 'pg'
import { HttpError, type Logger } from 'restmachine'
import { type Database, type SqlValue, UniqueViolation } from './database.ts'

const SCHEMA = `
  CREATE TABLE users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    bio text,
    created_at text NOT NULL,
    version integer NOT NULL DEFAULT 1
  );
  CREATE UNIQUE INDEX users_email ON users (lower(email));
`

// Waiting has an end on both sides: a statement that nobody waits for any more would keep its locks.
const LIMITS = { max: 20, connectionTimeoutMillis: 3_000, statement_timeout: 3_000 }

/**
 * Opens a pool of connections to a PostgreSQL database, which gets its tables and first users when it has none.
 *
 * @throws {Error} When it cannot be reached.
 */
export async function openPostgres(url: string, firstUsers: string, logger: Logger): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, ...LIMITS })
  // A connection that the database ends says so at any time; an error that nobody hears ends the process.
  pool.on('error', () => undefined)
  pool.on('connect', (connection) => {
    connection.on('error', (error) => logger.warn('A database connection is gone', error.message))
  })
  try {
    await prepare(pool, firstUsers)
  } catch (cause) {
    await pool.end()
    const { message, code } = cause as NodeJS.ErrnoException
    throw new Error(`Cannot open the database of DATABASE_URL: ${message || code}`, { cause })
  }

  return {
    async query(sql, ...values) {
      const connection = await connect(pool)
      return run<never>(connection, sql, values).finally(() => connection.release())
    },

    async begin() {
      const connection = await connect(pool)
      const afterwards: (() => Promise<void>)[] = []
      let isOpen = true
      function leave(isBroken: boolean): void {
        isOpen = false
        connection.release(isBroken)
      }
      await connection.query('BEGIN').catch((error: unknown) => {
        leave(true)
        throw error
      })
      return {
        query: (sql, ...values) => run(connection, sql, values),
        afterCommit: (next) => void afterwards.push(next),
        async commit() {
          try {
            // After a statement that failed, and whose error was caught, COMMIT succeeds in rolling back.
            const { command } = await connection.query('COMMIT')
            leave(false)
            if (command !== 'COMMIT')
              throw new Error('The transaction was rolled back: a statement had failed')
          } finally {
            // Also when the connection broke: nobody knows whether it was committed before.
            for (const next of afterwards) await next()
          }
        },
        async rollback() {
          if (!isOpen) return
          const isBroken = await connection.query('ROLLBACK').then(
            () => false,
            () => true,
          )
          leave(isBroken)
        },
      }
    },

    close: () => pool.end(),
  }
}

// Of several processes that start at once on an empty database, one makes the tables and the others wait.
async function prepare(pool: Pool, firstUsers: string): Promise<void> {
  const connection = await pool.connect()
  try {
    await connection.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('users-api'))")
    const { rows } = await connection.query<{ there: boolean }>(
      "SELECT to_regclass('users') IS NOT NULL AS there",
    )
    if (rows[0]?.there !== true) await connection.query(SCHEMA + firstUsers)
    // A table of this name that is another application's is found out now, and not by the first request.
    await connection.query('SELECT id, name, email, bio, created_at, version FROM users LIMIT 0')
    await connection.query('COMMIT')
  } finally {
    connection.release()
  }
}

/** @throws {HttpError} 503 when no connection can be had in time: too much to do, or no database. */
async function connect(pool: Pool): Promise<PoolClient> {
  return pool.connect().catch((cause: unknown) => {
    throw new HttpError(503, 'No database connection is free', { headers: { 'retry-after': '1' }, cause })
  })
}

async function run<Row>(
  connection: PoolClient,
  sql: string,
  values: readonly SqlValue[],
): Promise<readonly Row[]> {
  try {
    const { rows } = await connection.query(sql, [...values])
    return rows
  } catch (error) {
    throw isUniqueViolation(error) ? new UniqueViolation(error.message, { cause: error }) : error
  }
}

/** unique_violation. */
const UNIQUE = '23505'

function isUniqueViolation(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === UNIQUE
}
