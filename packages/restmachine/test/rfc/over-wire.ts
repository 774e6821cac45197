import type { RestApplication } from 'restmachine'
import { served } from '../server/served.ts'
import type { Wire, WireResponse } from '../server/wire.ts'

type Served = Pick<RestApplication, 'startup' | 'shutdown' | 'answer'>

/** A connection to a server of its own, for one test. The application lives on: the next test has it, too. */
export async function wireTo(app: Served): Promise<Wire> {
  const kept: Served = {
    startup: () => app.startup(),
    shutdown: () => Promise.resolve(),
    answer: (exchange, limits) => app.answer(exchange, limits),
  }
  return (await served(kept)).wire()
}

/** The head of a request of HTTP/1.1: `head('GET /', 'Accept: text/html')`. */
export function head(target: string, ...lines: readonly string[]): string {
  return `${[`${target} HTTP/1.1`, 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`
}

/** One request over a connection of its own, and its answer. */
export async function overWire(
  app: Served,
  target: string,
  ...lines: readonly string[]
): Promise<WireResponse> {
  const wire = await wireTo(app)
  return wire.send(head(target, ...lines)).response(target.split(' ')[0])
}

/** The names of the fields of an answer that come in more than one line. */
export function repeatedFields({ headers }: WireResponse): readonly string[] {
  const names = headers.map(([name]) => name)
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}
