import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServeOptions, Serving } from 'restmachine/node'
import { served } from '../server/served.ts'

/** A server for one test, with every request that it got, as `node:http` tells it. */
export interface Watched extends Serving {
  readonly requests: readonly IncomingMessage[]
  /** The same server under another name: for a browser another origin, and another site. */
  readonly otherUrl: string
  /** The requests for a path, in the order they came. */
  asked(path: string, method?: string): readonly IncomingMessage[]
  /** How they were answered. */
  answered(path: string, method?: string): readonly number[]
}

/** Serves an application for one test, and watches what it is asked. */
export async function watched(
  app: Parameters<typeof served>[0],
  options: ServeOptions = {},
): Promise<Watched> {
  const serving = await served(app, options)
  const requests: IncomingMessage[] = []
  const responses: ServerResponse[] = []
  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const)
    serving.server.on(event, (incoming: IncomingMessage, outgoing: ServerResponse) => {
      requests.push(incoming)
      responses.push(outgoing)
    })

  function to(path: string, method: string | undefined): readonly ServerResponse[] {
    return responses.filter(({ req }) => req.url === path && (method ?? req.method) === req.method)
  }

  return {
    ...serving,
    requests,
    otherUrl: `http://localhost:${serving.port}`,
    asked: (path, method) => to(path, method).map(({ req }) => req),
    answered: (path, method) => to(path, method).map(({ statusCode }) => statusCode),
  }
}
