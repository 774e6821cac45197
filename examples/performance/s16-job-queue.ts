import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq'
import { createClient } from 'redis'

/*
 * From a handler to a BullMQ queue, and from there to a function: all there is to it. A job is in Redis before
 * the client is told of it, so it outlives the process; give Redis `appendonly yes`, and it outlives Redis.
 */

/** The kinds of jobs of a queue, each with its data. */
type Kinds = Readonly<Record<string, object>>

/** How long Redis may take to answer, in milliseconds. */
const ANSWER_TIME = 2_000

/** A queue as handlers use it. */
export interface JobQueue<Jobs extends Kinds> {
  /**
   * Puts a job into the queue. When this resolves, it will be done at least once.
   *
   * @param id What the job is called. A second one of the same id is none: so a client may ask twice.
   * @throws {Error} When Redis does not take it in time: then nothing is promised.
   */
  add<Name extends keyof Jobs & string>(name: Name, data: Jobs[Name], id: string): Promise<void>
  /** Where a job has come to: `waiting`, `active`, `completed` …; `undefined` when there is none. */
  stateOf(id: string): Promise<string | undefined>
  close(): Promise<void>
}

export async function openQueue<Jobs extends Kinds>(name: string, redisUrl: string): Promise<JobQueue<Jobs>> {
  const client = await connect(redisUrl)
  const queue = new Queue(name, {
    connection: client,
    defaultJobOptions: {
      attempts: 10,
      backoff: { type: 'exponential', delay: 1_000 },
      // Kept for a while, so that the same id is known again.
      removeOnComplete: { age: 24 * 3600, count: 10_000 },
      removeOnFail: { age: 7 * 24 * 3600 },
    },
  })
  queue.on('error', () => undefined)
  return {
    async add(kind, data, id) {
      await inTime(queue.add(kind, data, { jobId: jobIdOf(id) }))
    },
    async stateOf(id) {
      const state = await inTime(queue.getJobState(jobIdOf(id)))
      return state === 'unknown' ? undefined : state
    },
    async close() {
      await queue.close()
      client.destroy()
    },
  }
}

/** What does the jobs, one function for each kind. It may be called twice with the same job: when a worker dies on it. */
export type Doers<Jobs extends Kinds> = {
  readonly [Name in keyof Jobs & string]: (data: Jobs[Name], id: string) => unknown
}

/** How a worker works. */
export interface WorkOptions {
  /** Jobs at a time. */
  readonly concurrency: number
  /** After so many milliseconds without a sign of life a job is given to another worker. */
  readonly lock: number
}

/** Does jobs until it is closed, which waits for those that have begun. */
export async function work<Jobs extends Kinds>(
  name: string,
  redisUrl: string,
  doers: Doers<Jobs>,
  { concurrency, lock }: WorkOptions,
): Promise<{ close(): Promise<void> }> {
  const client = await connect(redisUrl)
  async function run({ name: kind, data, id: jobId = '' }: Job): Promise<void> {
    if (!Object.hasOwn(doers, kind)) throw new UnrecoverableError(`Nobody does "${kind}"`)
    const doer = doers[kind] as (data: unknown, id: string) => unknown
    await doer(data, idOf(jobId))
  }
  const worker = new Worker(name, run, {
    connection: client,
    concurrency,
    lockDuration: lock,
    stalledInterval: lock,
    // By default a job whose worker dies twice has failed.
    maxStalledCount: 1_000,
  })
  worker.on('error', (error) => console.error('The worker has a problem', error))
  worker.on('failed', (job, error) => console.error(`The job ${job?.id} failed`, error))
  return {
    async close() {
      await worker.close()
      client.destroy()
    },
  }
}

// BullMQ keeps whole numbers and colons for ids of its own.
function jobIdOf(id: string): string {
  return `id-${encodeURIComponent(id)}`
}

function idOf(jobId: string): string {
  return decodeURIComponent(jobId.slice('id-'.length))
}

async function connect(url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: (times) => Math.min(times * 100, 2_000) } })
  // It connects again by itself; an error that nobody hears ends the process.
  client.on('error', () => undefined)
  try {
    await inTime(client.connect())
  } catch (cause) {
    client.destroy()
    throw new Error(`Cannot connect to Redis at ${url}`, { cause })
  }
  return client
}

async function inTime<Value>(working: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis took longer than ${ANSWER_TIME} ms`)), ANSWER_TIME)
  })
  return Promise.race([working, late]).finally(() => clearTimeout(timer))
}
