/*
 * All parts together: a pool, a cache, transactions, pages, selected fields, compression. The application is that of
 * examples/users-api: on parts of its own, or on PostgreSQL and Redis with the same code.
 *
 *   node examples/performance/s22-complete-example.ts
 *   DATABASE_URL=postgres://… REDIS_URL=redis://… node examples/performance/s22-complete-example.ts
 *   curl -i localhost:8000/users/7                    # X-Cache: MISS, and HIT the next time
 *   curl -i localhost:8000/users/999999               # 404
 *   curl -i --compressed localhost:8000/users         # Content-Encoding
 */
import { serve } from 'restmachine/node'
import { createApp } from '../users-api/app.ts'

const { DATABASE_URL, REDIS_URL, REDIS_PREFIX, PORT = '8000' } = process.env

export const app = createApp({ databaseUrl: DATABASE_URL, redisUrl: REDIS_URL, redisPrefix: REDIS_PREFIX })

if (import.meta.main) await serve(app, { port: Number(PORT) })
