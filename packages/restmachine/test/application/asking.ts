import { DeclarationError, type Logger } from 'restmachine'
import { nativeNames } from '../../src/compile/natives.ts'

/** Whatever answers web requests. */
interface Answering {
  readonly fetch: (request: Request) => Promise<Response>
}

/** Asks an application for a path. */
export function ask(app: Answering, path = '/', init: RequestInit = {}): Promise<Response> {
  return app.fetch(new Request(`http://localhost${path}`, init))
}

/** The JSON that an application answers with. */
export async function askJson(app: Answering, path = '/', init: RequestInit = {}): Promise<unknown> {
  return (await ask(app, path, init)).json()
}

/** The options of a request with JSON content. */
export function sending(value: unknown, method = 'POST'): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

/** A logger that keeps what it is told. */
export interface Log extends Logger {
  readonly lines: { readonly message: string; readonly details: unknown }[]
}

export function createLog(): Log {
  const lines: Log['lines'] = []
  const keep = (message: string, details?: unknown): void => void lines.push({ message, details })
  return { lines, debug: keep, info: keep, warn: keep, error: keep }
}

/** A promise with its key outside: `open` lets everybody through who waits. */
export function createGate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

/** The message with which an application refuses to start, its places without directory, line and column. */
export async function startFault(app: { startup(): Promise<void> }): Promise<string> {
  const error: unknown = await app.startup().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof DeclarationError)) throw new Error('The application started', { cause: error })
  return error.message
    .replaceAll(/[^\s(]*\/([\w-]+\.test\.ts):\d+:\d+/g, '$1')
    .replaceAll(/provided: {5}(.*)/g, (_, names: string) => `provided:     ${withoutNatives(names)}`)
}

// The framework's own names are many, and no test is about them.
function withoutNatives(names: string): string {
  const own = names.split(', ').filter((name) => !nativeNames.includes(name))
  return [...own, '…'].join(', ')
}
