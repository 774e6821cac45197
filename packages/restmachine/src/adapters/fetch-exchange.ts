import type { Content, Exchange, FieldGroup } from '../http/exchange.ts'
import { parseTarget, type Target } from '../http/target.ts'
import { FetchContent } from './fetch-content.ts'
import { type FetchFields, fetchFields } from './fetch-fields.ts'

/** Takes work that is to be done before the platform ends. */
export type WaitUntil = (work: Promise<unknown>) => void

const LETTER_H = 0x68

/** The exchange of a web request. What costs a call into the platform is asked for when somebody wants it. */
export class FetchExchange implements Exchange {
  readonly method: string
  readonly waitUntil: WaitUntil | undefined
  readonly #request: Request
  #sent: string
  /** `undefined` until somebody reads the target, `null` when it cannot be read. */
  #target: Target | null | undefined = undefined
  #fields: FetchFields | undefined = undefined
  #content: FetchContent | undefined = undefined

  constructor(request: Request, waitUntil?: WaitUntil) {
    this.#request = request
    this.waitUntil = waitUntil
    this.method = request.method
    const { url } = request
    const start = startOf(url)
    this.#sent = start < 0 ? '/' : url.slice(start)
  }

  get target(): string {
    return this.#sent
  }

  get path(): string | undefined {
    return this.#read()?.path
  }

  get query(): string {
    return this.#read()?.query ?? ''
  }

  #read(): Target | null {
    if (this.#target === undefined) {
      let target = parseTarget(this.#sent)
      if (target === undefined) {
        this.#sent = withoutFragment(this.#sent)
        target = parseTarget(this.#sent)
      }
      this.#target = target ?? null
    }
    return this.#target
  }

  get content(): Content {
    this.#content ??= new FetchContent(this.#request, this.#all.get('content-length'))
    return this.#content
  }

  get fieldCount(): number {
    return this.#all.count
  }

  get #all(): FetchFields {
    this.#fields ??= fetchFields(this.#request.headers, this.method)
    return this.#fields
  }

  toRequest(): Request {
    return this.#request
  }

  get protocol(): 'http' | 'https' {
    return this.#request.url.startsWith('https:') ? 'https' : 'http'
  }

  get signal(): AbortSignal {
    return this.#request.signal
  }

  header(name: string): string | undefined {
    const value = this.#all.get(name)
    // Where the platform reads it itself, the URL has it.
    if (value === undefined && name === 'host') return /^\w+:\/\/([^/?#]*)/.exec(this.#request.url)?.[1]
    return value
  }

  has(group: FieldGroup): boolean {
    return this.#all.has(group)
  }

  fields(): Iterable<readonly [name: string, value: string]> {
    return this.#request.headers
  }
}

// The first slash behind the authority begins the path: no URL object is needed for that.
function startOf(url: string): number {
  // "http://" and one letter, at least; no other scheme of those that carry requests begins so.
  const start = url.charCodeAt(0) === LETTER_H ? 8 : url.indexOf('://') + 3
  return url.indexOf('/', start)
}

// A fragment is for the client alone, and no server shows one: it is looked for where nothing else can be read.
function withoutFragment(target: string): string {
  const end = target.indexOf('#')
  return end < 0 ? target : target.slice(0, end)
}
