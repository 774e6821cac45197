import { assert } from 'vitest'

/** Whatever answers web requests. */
export interface Answering {
  readonly fetch: (request: Request) => Promise<Response>
}

/** What a request has besides its method and its path. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
  readonly body?: BodyInit
}

/** A request to this process. Strings are sent without a content type unless the header fields name one. */
export function requestOf(target: string, { headers = {}, body }: Sent = {}): Request {
  const [method = 'GET', path = '/'] = target.split(' ')
  const content = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return new Request(`http://localhost${path}`, {
    method,
    headers: headers as HeadersInit,
    ...(content === undefined ? {} : { body: content, duplex: 'half' }),
  } as RequestInit)
}

/** Asks an application: `ask(app, 'PUT /notes/1', { headers, body })`. */
export function ask(app: Answering, target: string, sent: Sent = {}): Promise<Response> {
  return app.fetch(requestOf(target, sent))
}

/** Asks, and checks the status; the failure shows what came instead. */
export async function expectStatus(
  app: Answering,
  target: string,
  status: number,
  sent: Sent = {},
): Promise<Response> {
  const response = await ask(app, target, sent)
  if (response.status !== status) {
    assert.equal(response.status, status, `${target}: ${await response.text()}`)
  }
  return response
}

/** The statuses of several requests, in the order in which they are asked. */
export async function statusesOf(
  app: Answering,
  ...requests: readonly (readonly [target: string, sent?: Sent])[]
): Promise<readonly number[]> {
  const statuses: number[] = []
  for (const [target, sent] of requests) statuses.push((await ask(app, target, sent)).status)
  return statuses
}

/** Content of a JSON request. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Sent {
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** A logger that says nothing. */
export const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
