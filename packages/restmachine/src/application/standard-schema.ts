import { type Fault, HttpError } from '../http/http-error.ts'
import { isThenable } from '../injection/thenable.ts'

/** What we use of a schema that follows the Standard Schema specification (zod, valibot, arktype …). */
export interface StandardSchema<Output> {
  readonly '~standard': {
    readonly validate: (value: unknown) => Checked<Output> | Promise<Checked<Output>>
    readonly types?: { readonly output: Output } | undefined
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

/**
 * Makes the function that checks a value: it gives the schema's output.
 *
 * @throws {HttpError} 422 with every fault, when the value does not hold.
 */
export function checker<Output>(
  schema: StandardSchema<Output>,
  source: ValueSource,
): (value: unknown) => unknown {
  const { validate } = schema['~standard']

  function read(checked: Checked<Output>): Output {
    if (checked.issues === undefined) return checked.value as Output
    const errors = checked.issues.map((issue) => faultOf(issue, source))
    throw new HttpError(422, 'What was sent does not hold', { errors })
  }

  return (value) => {
    const checked = validate(value)
    return isThenable(checked) ? Promise.resolve(checked).then(read) : read(checked)
  }
}

function faultOf({ message, path = [] }: Issue, source: ValueSource): Fault {
  const keys = path.map((step) => (typeof step === 'object' ? step.key : step))
  const pointer = keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return source === undefined ? { pointer, message } : { pointer, message, in: source }
}

const SOURCES: Readonly<Record<string, ValueSource>> = {
  jsonBody: 'body',
  formBody: 'body',
  multipartBody: 'body',
  parsedBody: 'body',
  textBody: 'body',
  bytesBody: 'body',
  queryParams: 'query',
  pathParams: 'path',
  requestHeaders: 'header',
}

/** The part of the request that a function with these needs reads; `undefined` when it is not one alone. */
export function sourceOf(needs: readonly { readonly name: string }[]): ValueSource {
  const sources = new Set(needs.map(({ name }) => SOURCES[name]))
  const [only] = sources
  return sources.size === 1 ? only : undefined
}
