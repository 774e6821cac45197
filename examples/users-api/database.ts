import { readFile } from 'node:fs/promises'
import type { Logger } from 'restmachine'

/** A value that stands for `$1`, `$2` … in a statement. */
export type SqlValue = string | number | null

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
  /** Has a function run as soon as the transaction is committed, and waited for. */
  afterCommit(run: () => Promise<void>): void
  commit(): Promise<void>
  /** Takes back what was not committed; nothing after a commit. */
  rollback(): Promise<void>
}

/** All this example knows of a database. */
export interface Database extends Queries {
  begin(): Promise<Transaction>
  close(): Promise<void>
}

/** A value is there already that may be there only once. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
}

/**
 * Opens the PostgreSQL database of an address; without one, a new database in memory. Both begin with the same
 * users. What is not used is not loaded.
 */
export async function openDatabase(url: string | undefined, logger: Logger): Promise<Database> {
  const firstUsers = await readFile(new URL('users.sql', import.meta.url), 'utf8')
  if (!url) {
    const { openSqlite } = await import('./sqlite.ts')
    return openSqlite(firstUsers)
  }
  const { openPostgres } = await import('./postgres.ts')
  return openPostgres(url, firstUsers, logger)
}
