import { LRUCache } from 'lru-cache'
import { decodeEntry, encodeEntry } from './entry.ts'
import type { Lifetimes } from './lifetimes.ts'
import { underLock } from './lock.ts'
import { type Found, isFresh, lookUp } from './reading.ts'
import { type Awaitable, type CacheLogger, type CacheStore, isThenable } from './store.ts'
import { tokensOf } from './tags.ts'

/** How long a refresh that failed is not tried again, in milliseconds. */
const RETRY_AFTER = 1_000
/** How many failed refreshes are remembered. */
const MOST_FAILED = 1_000

/** One value to be found or made. */
export interface Task {
  /** Its key in the store. */
  readonly id: string
  readonly make: () => unknown
  readonly lifetimes: Lifetimes
  /** How long to remember that there is no value, in milliseconds; 0 for not at all. */
  readonly negative: number
  /** The store keys of its tags. */
  readonly tags: readonly string[]
  /** The store key of the lock that other processes heed too. */
  readonly lock: string | undefined
  /** How long making it may take, and how long to wait for the lock, in milliseconds. */
  readonly timeout: number
}

/** What came of a task. The text is there when others can read a value of their own from it. */
interface Outcome {
  readonly value: unknown
  readonly text: string | undefined
}

interface Work {
  readonly outcome: Promise<Outcome | undefined>
  /** The key was set or deleted meanwhile: what is being made is older than that, and not kept. */
  outdated: boolean
  /** The store keys of its tags, once it is being made. */
  tags: readonly string[]
}

/** Finds or makes values, each once at a time in this process. */
export class Wrapping {
  readonly #store: CacheStore
  readonly #logger: CacheLogger
  /** What somebody waits for. */
  readonly #running = new Map<string, Work>()
  /** What is made anew while its old value is given out. */
  readonly #refreshing = new Map<string, Work>()
  /** When to try again what could not be refreshed. */
  readonly #failed = new LRUCache<string, number>({ max: MOST_FAILED })

  constructor(store: CacheStore, logger: CacheLogger) {
    this.#store = store
    this.#logger = logger
  }

  /** Finds the value under a store key, or makes it. `task` is asked only when there is something to make. */
  wrap(id: string, task: () => Awaitable<Task>): Awaitable<unknown> {
    const running = this.#running.get(id)
    if (running !== undefined) return running.outcome.then(ownValue)
    // It may end while the store is asked: then its value is what the store did not have yet.
    const refreshing = this.#refreshing.get(id)
    const found = lookUp(this.#store, id, this.#logger)
    if (!(found instanceof Promise) && found !== undefined) return this.#serve(id, found, task).value
    const work = this.#begin(this.#running, id, async (work) => {
      const late = await found
      if (late !== undefined) return this.#serve(id, late, task)
      const refreshed = await refreshing?.outcome
      if (refreshed !== undefined && !refreshing?.outdated) return refreshed
      return this.#make(await task(), work)
    })
    return work.outcome.then((outcome) => outcome?.value)
  }

  /** To be called when a key is set or deleted: what is being made for it is outdated. */
  forget(id: string): void {
    for (const works of [this.#running, this.#refreshing]) {
      const work = works.get(id)
      if (work !== undefined) work.outdated = true
      works.delete(id)
    }
    this.#failed.delete(id)
  }

  /** To be called when tags are invalidated: who asks from now on must not wait for an older value. */
  forgetTagged(tags: readonly string[]): void {
    for (const works of [this.#running, this.#refreshing])
      for (const [id, work] of works) if (work.tags.some((tag) => tags.includes(tag))) this.forget(id)
  }

  /** Waits for what is being refreshed. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#refreshing.values(), ({ outcome }) => outcome))
  }

  #serve(id: string, { entry, text }: Found, task: () => Awaitable<Task>): Outcome {
    if (!isFresh(entry)) this.#refresh(id, task)
    return { value: entry.value, text }
  }

  #refresh(id: string, task: () => Awaitable<Task>): void {
    if (this.#refreshing.has(id) || performance.now() < (this.#failed.get(id) ?? 0)) return
    this.#begin(this.#refreshing, id, async (work) => {
      try {
        return await this.#make(await task(), work, true)
      } catch (error) {
        this.#failed.set(id, performance.now() + RETRY_AFTER)
        this.#logger.warn(`Cache: ${JSON.stringify(id)} could not be refreshed, its old value stays`, error)
        return undefined
      }
    })
  }

  #begin(works: Map<string, Work>, id: string, run: (work: Work) => Promise<Outcome | undefined>): Work {
    let begin = (): void => undefined
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const end = (): void => void (works.get(id) === work && works.delete(id))
    const work: Work = { outcome: begun.then(() => run(work)).finally(end), outdated: false, tags: [] }
    works.set(id, work)
    begin()
    return work
  }

  async #make(task: Task, work: Work, refreshing = false): Promise<Outcome | undefined> {
    const { id, lock } = task
    work.tags = task.tags
    const find = async (): Promise<Outcome | undefined> => {
      const found = await lookUp(this.#store, id, this.#logger)
      return found !== undefined && isFresh(found.entry)
        ? { value: found.entry.value, text: found.text }
        : undefined
    }
    const make = (): Promise<Outcome> => this.#makeNow(task, work, refreshing)
    if (lock === undefined) return make()
    return underLock(this.#store, lock, refreshing ? 0 : task.timeout, find, make)
  }

  async #makeNow(task: Task, work: Work, refreshing: boolean): Promise<Outcome> {
    const { id, make, lifetimes, negative, tags, timeout } = task
    const isAbsent = (value: unknown): boolean => value === undefined || value === null
    const longest = lifetimes.fresh + lifetimes.stale
    const tokens = tags.length === 0 ? [] : await tokensOf(this.#store, tags, longest)
    const value = await inTime(make, timeout, id)
    if (isAbsent(value) && negative === 0) {
      if (refreshing && !work.outdated) await this.#store.delete(id)
      return { value, text: undefined }
    }
    const { fresh, stale } = isAbsent(value) ? { fresh: negative, stale: 0 } : lifetimes
    const freshUntil = stale === 0 ? 0 : Date.now() + fresh
    const text = encodeEntry({ value, freshUntil, tags: tokens })
    if (!work.outdated) await this.#store.set(id, text, fresh + stale)
    return { value, text }
  }
}

// Two who waited for one value must not share an object that one of them may change.
function ownValue(outcome: Outcome | undefined): unknown {
  return outcome?.text === undefined ? outcome?.value : decodeEntry(outcome.text)?.value
}

async function inTime(make: () => unknown, timeout: number, id: string): Promise<unknown> {
  const value = make()
  if (!isThenable(value)) return value
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise((_, reject) => {
    const message = `Cannot make ${JSON.stringify(id)} for the cache: it took longer than ${timeout} ms`
    timer = setTimeout(() => reject(new DOMException(message, 'TimeoutError')), timeout)
  })
  return Promise.race([value, late]).finally(() => clearTimeout(timer))
}
