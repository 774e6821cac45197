import { DatabaseSync } from 'node:sqlite'
import { type Database, type SqlValue, UniqueViolation } from './database.ts'

const SCHEMA = `
  CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    bio TEXT,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
  );
  CREATE UNIQUE INDEX users_email ON users (lower(email));
`

/** Opens a new database in memory, with its tables and its first users. */
export function openSqlite(firstUsers: string): Database {
  const sqlite = new DatabaseSync(':memory:')
  sqlite.exec(SCHEMA)
  sqlite.exec(firstUsers)
  const takeTurn = createTurns()

  async function run<Row>(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]))
    try {
      return sqlite.prepare(sql).all(named) as Row[]
    } catch (error) {
      throw isUniqueViolation(error) ? new UniqueViolation(error.message, { cause: error }) : error
    }
  }

  return {
    async query(sql, ...values) {
      const leave = await takeTurn()
      return run<never>(sql, ...values).finally(leave)
    },

    async begin() {
      const leave = await takeTurn()
      const afterwards: (() => Promise<void>)[] = []
      let isOpen = true
      sqlite.exec('BEGIN')
      return {
        query: run,
        afterCommit: (next) => void afterwards.push(next),
        async commit() {
          sqlite.exec('COMMIT')
          isOpen = false
          try {
            for (const next of afterwards) await next()
          } finally {
            leave()
          }
        },
        async rollback() {
          if (!isOpen) return
          isOpen = false
          // Some errors end the transaction by themselves.
          if (sqlite.isTransaction) sqlite.exec('ROLLBACK')
          leave()
        },
      }
    },

    async close() {
      sqlite.close()
    },
  }
}

/**
 * Lets one at a time in, in the order of asking. There is one connection, and what another request
 * reads within an open transaction it might read in vain.
 */
function createTurns(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const before = last
    let leave = (): void => undefined
    last = new Promise((resolve) => {
      leave = resolve
    })
    await before
    return leave
  }
}

/** SQLITE_CONSTRAINT_UNIQUE. */
const UNIQUE = 2067

function isUniqueViolation(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && error.errcode === UNIQUE
}
