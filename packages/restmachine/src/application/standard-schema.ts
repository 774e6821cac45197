import { RequestHeaders } from '../compile/request.ts'
import { type Fault, HttpError } from '../http/http-error.ts'
import { isThenable } from '../injection/thenable.ts'
import { formatJsonPointer } from '../representation/json-pointer.ts'

/** What we use of a schema that follows the Standard Schema specification (zod, valibot, arktype …). */
export interface StandardSchema<Output> {
  readonly '~standard': {
    readonly validate: (value: unknown) => Checked<Output> | Promise<Checked<Output>>
    readonly types?: { readonly input?: unknown; readonly output: Output } | undefined
  }
}

interface Checked<Output> {
  readonly value?: Output
  readonly issues?: readonly Issue[] | undefined
}

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Where a value comes from, as far as the names its source asks for tell. */
export type ValueSource = NonNullable<Fault['in']> | undefined

/** Checks a value. `parameter` names the path parameter that alone it was made of, where that is so. */
type Check = (value: unknown, parameter?: string) => unknown

/** A long list of wrong items is not to become a longer answer, or a longer line in the log. */
const MAX_FAULTS = 100
const MAX_FAULT_LENGTH = 20_000

/**
 * Makes the function that checks a value: it gives the schema's output.
 *
 * @throws {TypeError} When `schema` is none.
 * @throws {HttpError} 422 with every fault (the first 100 of very many), when the value does not hold.
 */
export function checker<Output>(schema: StandardSchema<Output>, source: ValueSource): Check {
  const standard = standardOf(schema)

  function read(checked: Checked<Output>, start: readonly string[], part: ValueSource): Output {
    if (checked.issues === undefined) return checked.value as Output
    const errors = faultsOf(checked.issues, start, part)
    const more = checked.issues.length - errors.length
    const also = more > 0 ? `, in ${more} more places too` : ''
    throw new HttpError(422, `What was sent does not hold${also}`, { errors })
  }

  return (value, parameter) => {
    const part = parameter === undefined ? source : 'path'
    // What is no object is the parameter itself, and its name is the way to it.
    const start = parameter === undefined || typeof value === 'object' ? [] : [parameter]
    const checked = standard.validate(asData(value))
    return isThenable(checked)
      ? Promise.resolve(checked).then((later) => read(later, start, part))
      : read(checked, start, part)
  }
}

/**
 * Makes the function that checks what a handler of `label` gave: it gives the schema's output, from which most schemas
 * leave unknown properties out.
 *
 * @throws {Error} When the result breaks its own schema: that is our fault, and no client is told more than 500.
 */
export function resultChecker(schema: StandardSchema<unknown>, label: string): (body: unknown) => unknown {
  const standard = standardOf(schema)

  function read(checked: Checked<unknown>): unknown {
    if (checked.issues === undefined) return checked.value
    const faults = faultsOf(checked.issues, [], undefined)
    const lines = faults.map(
      ({ pointer, message }) => `  ${pointer === '' ? '(the whole)' : pointer}: ${message}`,
    )
    const more = checked.issues.length - faults.length
    if (more > 0) lines.push(`  and ${more} more`)
    throw new Error([`${label} gave what its schema in returns does not allow`, ...lines].join('\n'))
  }

  return (body) => {
    const checked = standard.validate(body)
    return isThenable(checked) ? Promise.resolve(checked).then(read) : read(checked)
  }
}

function standardOf<Output>(schema: StandardSchema<Output>): StandardSchema<Output>['~standard'] {
  const standard = (schema as Partial<StandardSchema<Output>> | null | undefined)?.['~standard']
  if (typeof standard?.validate === 'function') return standard
  throw new TypeError(
    `Cannot validate: a schema that follows Standard Schema is needed (zod, valibot, arktype …), got ${typeof schema}`,
  )
}

// Schemas describe plain objects: of a name that came several times, they get a list.
function asData(value: unknown): unknown {
  if (value instanceof RequestHeaders) return Object.fromEntries(value)
  if (!(value instanceof URLSearchParams)) return value
  const all = new Map<string, string | string[]>()
  for (const [name, text] of value) {
    const known = all.get(name)
    if (typeof known === 'object') known.push(text)
    else all.set(name, known === undefined ? text : [known, text])
  }
  return Object.fromEntries(all)
}

function faultsOf(issues: readonly Issue[], start: readonly string[], source: ValueSource): readonly Fault[] {
  const faults: Fault[] = []
  let length = 0
  for (const { message, path = [] } of issues) {
    if (faults.length === MAX_FAULTS || length > MAX_FAULT_LENGTH) break
    const keys = [...start]
    // Not by `map`, which makes an array of the same class: some libraries have paths of their own.
    for (const step of path) keys.push(String(typeof step === 'object' ? step.key : step))
    const pointer = formatJsonPointer(keys)
    length += pointer.length + message.length
    faults.push(source === undefined ? { pointer, message } : { pointer, message, in: source })
  }
  return faults
}

const SOURCES: ReadonlyMap<string, ValueSource> = new Map([
  ['jsonBody', 'body'],
  ['formBody', 'body'],
  ['multipartBody', 'body'],
  ['parsedBody', 'body'],
  ['textBody', 'body'],
  ['bytesBody', 'body'],
  ['queryParams', 'query'],
  ['pathParams', 'path'],
  ['requestHeaders', 'header'],
  ['cookies', 'cookie'],
])

/** The part of the request that a function with these needs reads; `undefined` when it is not one alone. */
export function sourceOf(needs: readonly { readonly name: string }[]): ValueSource {
  const sources = new Set(needs.map(({ name }) => SOURCES.get(name)))
  const [only] = sources
  return sources.size === 1 ? only : undefined
}
