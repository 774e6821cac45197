/** What both kinds of clients tell. */
interface TellsEvents {
  on(event: string, listener: () => void): unknown
  listenerCount(event: string): number
}

/** A client of the package `redis`, or a pool of them. It must be connected: `await client.connect()`. */
export interface NodeRedisClient extends TellsEvents {
  sendCommand(args: string[], options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>
  readonly isReady?: boolean
}

/** A client of the package `ioredis`, or its `Cluster`. */
export interface IoRedisClient extends TellsEvents {
  call(command: string, ...args: string[]): Promise<unknown>
}

/** A client of either package. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** Sends a command and its arguments. */
export type SendCommand = (args: string[], timeout: number) => Promise<unknown>

/**
 * How to send commands with a client, whichever it is.
 *
 * @throws {TypeError} When it is no client, or one that wants a key with each command.
 */
export function commandsOf(client: RedisClient): SendCommand {
  if ('call' in client && typeof client.call === 'function')
    return ([command = '', ...args], timeout) => inTime(client.call(command, ...args), timeout)
  if ('masters' in client)
    throw new TypeError(
      'Cannot use a cluster of "redis" as a cache store: pass a client or a pool of it, or a Cluster of "ioredis"',
    )
  if ('sendCommand' in client && typeof client.sendCommand === 'function')
    return (args, timeout) => inTime(sendWith(client, args, timeout), timeout)
  throw new TypeError('Cannot create a cache store: a client of "redis" or "ioredis" is needed')
}

// What waits for a connection must not be sent when nobody waits for it any more.
function sendWith(client: NodeRedisClient, args: string[], timeout: number): Promise<unknown> {
  if (client.isReady !== false) return client.sendCommand(args)
  return client.sendCommand(args, { abortSignal: AbortSignal.timeout(timeout) })
}

function inTime(answer: Promise<unknown>, timeout: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No answer within ${timeout} ms`)), timeout)
    const done = (): void => clearTimeout(timer)
    answer.then(resolve, reject).finally(done)
  })
}
