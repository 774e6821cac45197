/*
 * Does the jobs of s16-durable-jobs.ts. Start as many as you like.
 *
 *   node examples/performance/s16-durable-jobs-worker.ts
 */
import { appendFile } from 'node:fs/promises'
import { setTimeout as after } from 'node:timers/promises'
import { work } from './s16-job-queue.ts'
import { type MailJobs, QUEUE } from './s16-mail-jobs.ts'

const { REDIS_URL = 'redis://127.0.0.1:6379', OUTBOX = 'outbox.txt', LOCK = '30000' } = process.env

const worker = await work<MailJobs>(
  QUEUE,
  REDIS_URL,
  {
    async welcome({ email }, userId) {
      await appendFile(OUTBOX, `begun ${userId}\n`)
      await after(100)
      await appendFile(OUTBOX, `sent ${userId} ${email}\n`)
    },
  },
  { concurrency: 4, lock: Number(LOCK) },
)
console.log('working')

// What has begun is brought to its end.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void worker.close())
