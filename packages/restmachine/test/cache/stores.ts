import { randomUUID } from 'node:crypto'
import { Redis as IoRedis } from 'ioredis'
import { createClient } from 'redis'
import { type CacheStore, memoryStore } from 'restmachine'
import { redisStore } from 'restmachine/redis'
import { afterAll, beforeAll } from 'vitest'
import { missingRedis, openRedis, type Redis } from '../../../../services/redis.ts'

/** One way to keep entries: each test gets an empty store of it. */
export interface StoreKind {
  /** Its name, and what it needs when that is not here. */
  readonly title: string
  /** Why it cannot be tried here. */
  readonly missing: string | undefined
  open(): CacheStore
}

/** Every store there is, for lists of tests that all of them must pass. To be called once in a file. */
export function everyStore(): readonly StoreKind[] {
  const missing = missingRedis(false)
  let redis: Redis | undefined
  let node: ReturnType<typeof createClient> | undefined
  let io: IoRedis | undefined

  beforeAll(async () => {
    if (missing !== undefined) return
    redis = await openRedis()
    node = createClient({ url: redis.url })
    io = new IoRedis(redis.url)
    await node.connect()
  })
  afterAll(async () => {
    await node?.close()
    await io?.quit()
    await redis?.stop()
  })

  const given = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error('Not connected yet')
    return value
  }
  const options = () => ({ prefix: `test-${randomUUID()}:`, commandTimeout: '5s' }) as const
  return [
    { title: 'memory', missing: undefined, open: () => memoryStore() },
    { title: `redis${missing ?? ''}`, missing, open: () => redisStore(given(node), options()) },
    { title: `ioredis${missing ?? ''}`, missing, open: () => redisStore(given(io), options()) },
  ]
}

/** A logger that keeps its lines. */
export function lines() {
  const kept: string[] = []
  const keep = (message: string): void => void kept.push(message)
  return { kept, logger: { info: keep, warn: keep } }
}

export const later = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))
