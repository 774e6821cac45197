import type { RestApplication } from 'restmachine'
import { FakeExchange } from '../../fake-exchange.ts'
import { createApplication } from '../applications.ts'
import type { Operation } from '../slices.ts'

/** Whole requests through the compiled application, without sockets: what the framework itself costs. */
export function requests(): readonly Operation[] {
  const app = createApplication()
  return [
    request(app, 'plain GET', '/api/data', {}, 200),
    request(app, 'parameter and three dependencies', '/users/42', {}, 200),
    request(app, 'conditional GET, 304', '/etag', { 'if-none-match': '"v1"' }, 304),
    request(app, 'negotiation of two types', '/either', { accept: 'text/html, application/json;q=0.5' }, 200),
    request(app, 'unknown path, 404', '/nowhere', {}, 404),
  ]
}

/** A request as an adapter would hand it on. @throws {Error} When it is answered with another status. */
export function request(
  app: Pick<RestApplication, 'answer'>,
  name: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  status: number,
): Operation {
  const exchange = new FakeExchange(path, headers)
  const run = (): unknown => app.answer(exchange)
  void checked(name, run(), status)
  return { name, run }
}

async function checked(name: string, answer: unknown, wanted: number): Promise<void> {
  const { status } = (await answer) as { readonly status: number }
  if (status !== wanted)
    throw new Error(`cannot measure "${name}": it answers ${status}, wanted is ${wanted}`)
}
