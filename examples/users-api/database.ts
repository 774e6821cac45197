import { readFile } from 'node:fs/promises'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** A value that stands for `$1`, `$2` … in a statement. */
export type SqlValue = SQLInputValue

/** Whatever takes statements: the database, or a transaction on it. */
export interface Queries {
  /**
   * Runs one statement and gives its rows.
   *
   * @throws {UniqueViolation} When it would store a value twice that may be there once.
   */
  query<Row>(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]>
}

/** Statements that happen together or not at all. */
export interface Transaction extends Queries {
  /** Has a function run as soon as the transaction is committed, before anybody else's statement. */
  afterCommit(run: () => void): void
  commit(): Promise<void>
  /** Takes back what was not committed; nothing after a commit. */
  rollback(): Promise<void>
}

/** All this example knows of a database: a pool of PostgreSQL connections can stand in its place. */
export interface Database extends Queries {
  begin(): Promise<Transaction>
  close(): Promise<void>
}

/** A value is there already that may be there only once. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
}

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
export async function openDatabase(): Promise<Database> {
  const sqlite = new DatabaseSync(':memory:')
  sqlite.exec(SCHEMA)
  sqlite.exec(await readFile(new URL('users.sql', import.meta.url), 'utf8'))
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
      const afterwards: (() => void)[] = []
      let isOpen = true
      sqlite.exec('BEGIN')
      return {
        query: run,
        afterCommit: (next) => void afterwards.push(next),
        async commit() {
          sqlite.exec('COMMIT')
          isOpen = false
          for (const next of afterwards) next()
          leave()
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
