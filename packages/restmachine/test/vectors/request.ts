import { formatHttpDate } from '../../src/http/http-date.ts'
import { isRecord, NotApplicable, type Vector } from './format.ts'

/** The most content that is made up for a case that gives only a length. */
const MOST_FILLED = 1_000_000

/** A web request that may have any method and, with any method, content: the wire knows no such limits. */
class AnyRequest extends Request {
  readonly #method: string

  constructor(url: string, method: string, headers: Headers, body: string | null) {
    super(url, { method: body === null ? 'GET' : 'POST', headers, body })
    this.#method = method
  }

  override get method(): string {
    return this.#method
  }
}

/** The web request of a case, with the length that a client would declare. */
export function requestOf({ request }: Vector): Request {
  const headers = headersOf(request.headers ?? {})
  const body = bodyOf(request.body, headers)
  if (body !== null && !headers.has('content-length') && !headers.has('transfer-encoding'))
    headers.set('content-length', String(new TextEncoder().encode(body).length))
  // Made of no text, a web request takes the type of the text it is given.
  const typed = headers.has('content-type')
  const made = new AnyRequest(`http://localhost${request.path}`, request.method, headers, body)
  if (!typed) made.headers.delete('content-type')
  return made
}

function headersOf(fields: Readonly<Record<string, unknown>>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(fields)) {
    for (const line of Array.isArray(value) ? value : [value]) {
      headers.append(name, lineOf(name, line))
    }
  }
  return headers
}

function lineOf(name: string, line: unknown): string {
  if (isRecord(line) && typeof line.$now === 'number') return formatHttpDate(Date.now() + line.$now * 1000)
  if (typeof line !== 'string') throw new NotApplicable(`the field ${name} is ${JSON.stringify(line)}`)
  if (/<port>/.test(line)) throw new NotApplicable('coordinates of hosts: the adapter knows the port')
  return line
}

function bodyOf(body: unknown, headers: Headers): string | null {
  if (typeof body === 'string') return body
  const length = Number(headers.get('content-length') ?? 0)
  if (body !== null && body !== undefined) throw new NotApplicable(`a body that is ${JSON.stringify(body)}`)
  if (!(length > 0)) return null
  if (length > MOST_FILLED) throw new NotApplicable(`content of ${length} bytes that is not given`)
  return 'x'.repeat(length)
}
