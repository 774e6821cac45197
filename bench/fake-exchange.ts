import {
  type Content,
  type Exchange,
  type FieldGroup,
  MARKED_FIELDS,
} from '../packages/restmachine/src/http/exchange.ts'

/** The least exchange that a route without a body can be asked with: no socket, no adapter. */
export class FakeExchange implements Exchange {
  readonly method = 'GET'
  readonly query = ''
  readonly target: string
  readonly path: string
  readonly content: Content = nothing
  readonly fieldCount: number
  readonly #values: ReadonlyMap<string, string>
  // Fields that are not marked have no bit: nobody asks for them as a group.
  readonly #marks: number

  constructor(path: string, headers: Readonly<Record<string, string>>) {
    this.target = path
    this.path = path
    this.#values = new Map(Object.entries(headers))
    this.fieldCount = this.#values.size
    this.#marks = MARKED_FIELDS.reduce(
      (marks, name, bit) => (this.#values.has(name) ? marks | (1 << bit) : marks),
      0,
    )
  }

  header(name: string): string | undefined {
    return this.#values.get(name)
  }

  has(group: FieldGroup): boolean {
    return (this.#marks & group.mask) !== 0
  }

  fields(): Iterable<readonly [name: string, value: string]> {
    return this.#values
  }

  get signal(): AbortSignal {
    return new AbortController().signal
  }

  toRequest(): Request {
    return new Request(`http://localhost${this.target}`, { headers: [...this.#values] as [string, string][] })
  }
}

const nothing: Content = {
  announced: false,
  length: undefined,
  bytes: () => Promise.resolve(new Uint8Array()),
  stream: () => new ReadableStream({ start: (controller) => controller.close() }),
}
