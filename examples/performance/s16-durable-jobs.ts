/*
 * Work that must not be lost: it is in a queue (BullMQ on Redis) before the client hears 202, and another
 * process does it, at least once, whichever of the two processes dies meanwhile.
 *
 *   redis-server --appendonly yes &
 *   node examples/performance/s16-durable-jobs.ts &
 *   node examples/performance/s16-durable-jobs-worker.ts &
 *   curl -i -X PUT localhost:8000/welcomes/7 -H 'content-type: application/json' -d '{"email":"ada@example.com"}'
 *   curl -i localhost:8000/welcomes/7
 */
import { HttpError, RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'
import { z } from 'zod'
import { openQueue } from './s16-job-queue.ts'
import { type MailJobs, QUEUE } from './s16-mail-jobs.ts'

function unreachable(cause: unknown): never {
  const headers = { 'retry-after': '5' }
  throw new HttpError(503, 'The queue cannot be reached; nothing is promised', { headers, cause })
}

export const app = new RestApplication()
  .onStartup('redisUrl', () => process.env.REDIS_URL ?? 'redis://127.0.0.1:6379')
  .onStartup('jobs', ({ redisUrl }) => openQueue<MailJobs>(QUEUE, redisUrl))
  .onShutdown(({ jobs }) => jobs.close())

  .validates('welcome', z.object({ email: z.email() }), ({ jsonBody }) => jsonBody)

  .resource('/welcomes/{userId}', (resource) =>
    resource
      // PUT, because the client names the job: it may ask again when it did not hear the answer.
      .put(async ({ userId, welcome, jobs }) => {
        await jobs.add('welcome', welcome, userId).catch(unreachable)
        return respond({ userId }, 202)
      })
      .get(async ({ userId, jobs }) => {
        const state = await jobs.stateOf(userId).catch(unreachable)
        if (state === undefined) throw new HttpError(404)
        return { userId, state }
      }),
  )

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
