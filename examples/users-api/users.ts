import { HttpError, type Pagination } from 'restmachine'
import * as v from 'valibot'
import { type Queries, UniqueViolation } from './database.ts'

export interface User {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly bio: string | null
  readonly createdAt: string
  /** Counts the changes; the entity tag is made of it. */
  readonly version: number
}

/** What a client says about a user. */
export const UserInput = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
  email: v.pipe(v.string(), v.email(), v.maxLength(254)),
  bio: v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(1000))), null),
})
export type UserInput = v.InferOutput<typeof UserInput>

/** Which column gives which field. Only what stands here ever becomes part of a statement. */
const columns = {
  id: 'id',
  name: 'name',
  email: 'email',
  bio: 'bio',
  createdAt: 'created_at AS "createdAt"',
  version: 'version',
} as const satisfies Record<keyof User, string>

export type UserField = keyof User
export const userFields = Object.keys(columns) as UserField[]

function select(fields: readonly UserField[]): string {
  return fields.map((field) => columns[field]).join(', ')
}

const ALL = select(userFields)

/** The user with this id, as it stands in the path; `007` and `7.0` are nobody's. Ids are 32-bit integers. */
export async function findUser(database: Queries, id: string): Promise<User | undefined> {
  if (!/^[1-9]\d{0,8}$/.test(id)) return undefined
  const [user] = await database.query<User>(`SELECT ${ALL} FROM users WHERE id = $1`, Number(id))
  return user
}

export async function countUsers(database: Queries): Promise<number> {
  const [row] = await database.query<{ readonly total: number }>('SELECT count(*) AS total FROM users')
  return Number(row?.total ?? 0)
}

/** One page of users, with the fields that were asked for and no others. */
export function listUsers<Field extends UserField>(
  database: Queries,
  fields: readonly Field[],
  { limit, offset }: Pagination,
): Promise<readonly Pick<User, Field>[]> {
  const page = `SELECT ${select(fields)} FROM users ORDER BY users.id LIMIT $1 OFFSET $2`
  return database.query(page, limit, offset)
}

/** @throws {HttpError} 409 when somebody has the email address. */
export async function addUser(database: Queries, { name, email, bio }: UserInput): Promise<User> {
  const insert = `INSERT INTO users (name, email, bio, created_at) VALUES ($1, $2, $3, $4) RETURNING ${ALL}`
  const rows = await database
    .query<User>(insert, name, email, bio, new Date().toISOString())
    .catch(refuseTaken)
  return rows[0] as User
}

/** @throws {HttpError} 409 when somebody else has the email address, 412 when `known` is not current. */
export async function replaceUser(database: Queries, known: User, input: UserInput): Promise<User> {
  const { name, email, bio } = input
  const update = `UPDATE users SET name = $1, email = $2, bio = $3, version = version + 1
    WHERE id = $4 AND version = $5 RETURNING ${ALL}`
  const rows = await database
    .query<User>(update, name, email, bio, known.id, known.version)
    .catch(refuseTaken)
  return onlyOne(rows)
}

/** @throws {HttpError} 412 when `known` is not current. */
export async function removeUser(database: Queries, known: User): Promise<void> {
  const remove = 'DELETE FROM users WHERE id = $1 AND version = $2 RETURNING id'
  onlyOne(await database.query(remove, known.id, known.version))
}

function refuseTaken(error: unknown): never {
  if (!(error instanceof UniqueViolation)) throw error
  const errors = [{ pointer: '/email', message: 'Somebody has this address already', in: 'body' }] as const
  throw new HttpError(409, 'The email address is taken', { errors, cause: error })
}

// The framework has compared If-Match with what it knew; this is for a change in between.
function onlyOne<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new HttpError(412, 'The user was changed in the meantime')
  return row
}
