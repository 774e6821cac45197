export type { IoRedisClient, NodeRedisClient, RedisClient } from './cache/redis-client.ts'
export { type RedisStoreOptions, redisStore } from './cache/redis-store.ts'
