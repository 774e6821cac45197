import { type Duration, parseDuration } from '../text/duration.ts'
import { createCircuit } from './circuit.ts'
import { commandsOf, type RedisClient } from './redis-client.ts'
import type { CacheLogger, CacheStore } from './store.ts'

/** How a cache store uses Redis. */
export interface RedisStoreOptions {
  /** What each key begins with; default `'restmachine:'`. */
  readonly prefix?: string
  /** How long a command may take before Redis counts as gone; default `'250ms'`. */
  readonly commandTimeout?: Duration
  /** How long Redis is left alone when it is gone; default `'1s'`. */
  readonly retryAfter?: Duration
}

/** How many keys whose change Redis missed are remembered. */
const MOST_MISSED = 10_000
const QUIET_TIME = 60_000

// Only as long as the key holds what the caller put there: by then it may be somebody else's.
const REMOVE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
const EXTEND = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 1`

/**
 * A cache store in Redis, shared by all processes that use it with the same prefix.
 *
 * When Redis does not answer within `commandTimeout`, it is left alone for `retryAfter`: nothing is found
 * and nothing kept, at no cost. One line in the log says that it is gone, one that it is back. What was
 * set or deleted meanwhile is deleted in Redis before anything is read from it again.
 *
 * The client stays yours: connect and close it. Its `error` events are heeded here, so that a lost
 * connection does not end the process.
 *
 * @param client Of the package `redis` or `ioredis`.
 * @throws {TypeError} When it is neither. {RangeError} When a time is no span.
 *
 * @example
 * ```ts
 * import { createCache } from 'restmachine'
 * import { type RedisClient, redisStore } from 'restmachine/redis'
 *
 * const cacheOn = (client: RedisClient) => createCache({ store: redisStore(client, { prefix: 'shop:' }) })
 * ```
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): CacheStore {
  const { prefix = 'restmachine:' } = options
  const timeout = parseDuration(options.commandTimeout ?? '250ms')
  const send = commandsOf(client)
  const missed = new Set<string>()
  let isFull = false
  let logger: CacheLogger = console
  let quietUntil = 0

  const circuit = createCircuit({
    retryAfter: parseDuration(options.retryAfter ?? '1s'),
    probe: catchUp,
    onOpen: (error) => logger.warn('Cache: Redis does not answer, going on without it', error),
    onClose: () => {
      logger.info('Cache: Redis answers again')
      // What came in since the last one was caught up.
      for (const key of missed) void change(key, 'DEL')
      missed.clear()
    },
  })

  // A reply that is an error comes from a Redis that is there: only this command is lost.
  async function ask(command: string, ...args: readonly string[]): Promise<unknown> {
    if (!circuit.isClosed()) return LOST
    try {
      return await send([command, ...args], timeout)
    } catch (error) {
      if (isRefusal(error)) reportRefusal(command, error)
      else circuit.open(error)
      return LOST
    }
  }

  function reportRefusal(command: string, error: unknown): void {
    if (performance.now() < quietUntil) return
    quietUntil = performance.now() + QUIET_TIME
    logger.warn(`Cache: Redis refused ${command}; silent about this for a minute`, error)
  }

  async function change(key: string, command: string, ...args: readonly string[]): Promise<void> {
    if ((await ask(command, prefix + key, ...args)) !== LOST) return
    // What stands there now is older than what could not be written.
    if (command !== 'DEL' && circuit.isClosed()) return change(key, 'DEL')
    miss(key)
  }

  function miss(key: string): void {
    if (missed.size < MOST_MISSED) missed.add(key)
    else isFull = true
  }

  async function catchUp(): Promise<void> {
    await send(['GET', prefix], timeout)
    for (const key of missed) {
      await send(['DEL', prefix + key], timeout)
      missed.delete(key)
    }
    if (isFull)
      logger.warn(`Cache: Redis missed more than ${MOST_MISSED} changes, the others last until they expire`)
    isFull = false
  }

  // Without a listener the client of `redis` ends the process, and that of `ioredis` fills the log.
  if (client.listenerCount('error') === 0) client.on('error', () => undefined)

  return {
    get: async (key) => textOf(await ask('GET', prefix + key)),
    set: (key, text, lifetime) => change(key, 'SET', text, 'PX', String(lifetime)),
    delete: (key) => change(key, 'DEL'),
    add: async (key, text, lifetime) => {
      const answer = await ask('SET', prefix + key, text, 'PX', String(lifetime), 'NX')
      return answer === LOST ? undefined : answer !== null
    },
    extend: async (key, text, lifetime) =>
      isOne(await ask('EVAL', EXTEND, '1', prefix + key, text, String(lifetime))),
    remove: async (key, text) => isOne(await ask('EVAL', REMOVE, '1', prefix + key, text)),
    reportTo: (other) => void (logger = other),
    close: circuit.stop,
  }
}

/** Stands for the answer to a command that was not carried out. */
const LOST = Symbol('lost')

function textOf(answer: unknown): string | undefined {
  if (typeof answer === 'string') return answer
  return answer instanceof Uint8Array ? new TextDecoder().decode(answer) : undefined
}

function isOne(answer: unknown): boolean | undefined {
  return answer === LOST ? undefined : Number(answer) === 1
}

// RESP: an error begins with its code in capitals. Three mean that Redis cannot be used for now.
function isRefusal(error: unknown): boolean {
  const [, code] = /^([A-Z]+) /.exec(error instanceof Error ? error.message : '') ?? []
  return code !== undefined && !['LOADING', 'CLUSTERDOWN', 'MASTERDOWN'].includes(code)
}
