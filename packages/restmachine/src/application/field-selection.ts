import { type Fault, HttpError } from '../http/http-error.ts'
import { formatJsonPointer } from '../representation/json-pointer.ts'

/** How the selection is asked for. */
export interface FieldSelectionOptions<Field extends string> {
  /** The query parameter: `fields` when nobody says. */
  readonly name?: string
  /** The fields of a client that does not say; all when nobody says. */
  readonly default?: readonly Field[]
}

/**
 * Makes a provider that reads which fields the client wants: `?fields=id,name`. It gives a list of allowed names, which
 * may stand in a query as they are. An unknown name is a 422 that tells those there are.
 *
 * @param allowed The fields there are.
 * @throws {TypeError} When none are allowed, one has a comma or space around it so that nobody could ask for it, or the
 *   default is empty or not among them.
 *
 * @example
 * ```ts
 * import { fieldSelection, RestApplication } from 'restmachine'
 *
 * const app = new RestApplication()
 *   .dependency('fields', fieldSelection(['id', 'name', 'email']))
 *   .get('/sql', ({ fields }) => ({ sql: `SELECT ${fields.join(', ')} FROM users` }))
 * const response = await app.fetch(new Request('http://localhost/sql?fields=id,name'))
 * const body = await response.json()
 * // body.sql === 'SELECT id, name FROM users'
 * ```
 */
export function fieldSelection<const Field extends string>(
  allowed: readonly Field[],
  options: FieldSelectionOptions<NoInfer<Field>> = {},
): (needs: { readonly queryParams: URLSearchParams }) => readonly Field[] {
  const { name = 'fields' } = options
  const known: readonly Field[] = Object.freeze([...allowed])
  const usual: readonly Field[] = Object.freeze([...(options.default ?? known)])
  checkFields(known, usual)

  return ({ queryParams }) => {
    const given = queryParams.getAll(name)
    if (given.length === 0) return usual
    const wanted = [...new Set(given.join(',').split(','))].map((field) => field.trim())
    const unknown = wanted.filter((field) => !isAllowed(field))
    if (unknown.length === 0) return known.filter((field) => wanted.includes(field))
    // However much was sent, a few words are enough to see what is meant.
    const errors: Fault[] = unknown.slice(0, 10).map((field) => ({
      pointer: formatJsonPointer([name]),
      message: `there is no field ${JSON.stringify(field.slice(0, 50))}; there are ${known.join(', ')}`,
      in: 'query',
    }))
    throw new HttpError(422, 'There are no such fields', { errors })
  }

  function isAllowed(field: string): field is Field {
    return (known as readonly string[]).includes(field)
  }
}

function checkFields(allowed: readonly string[], usual: readonly string[]): void {
  const refuse = (reason: string): never => {
    throw new TypeError(`Cannot select fields: ${reason}`)
  }
  if (allowed.length === 0) refuse('none are allowed')
  const odd = allowed.find((field) => field === '' || field.includes(',') || field !== field.trim())
  if (odd !== undefined) refuse(`nobody can ask for ${JSON.stringify(odd)}`)
  if (usual.length === 0) refuse('the default is empty; leave it out for all of them')
  const stray = usual.find((field) => !allowed.includes(field))
  if (stray !== undefined) refuse(`"${stray}" is a default and not allowed`)
}
