import { LRUCache } from 'lru-cache'
import type { Cache } from '../cache/cache.ts'
import type { Callback, MadeAnswer, Run, Storing } from '../decisions/run.ts'
import { CONDITIONAL, RANGE } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import type { CacheResponse } from '../policies/cache-response.ts'
import { digestOfFields, forbidsStoring, hasCredentials, storedHostOf } from '../policies/stored-request.ts'
import { Answer } from '../representation/answer.ts'
import type { Finish } from './finish.ts'
import { beginGeneration, generationOf, LONGEST } from './generation.ts'
import type { Logger } from './services.ts'
import {
  ageOf,
  fieldsOf,
  readStoredAnswer,
  type StoredAnswer,
  storedAnswerOf,
  variesByType,
} from './stored-answer.ts'

/** An answer that is being made: who asks meanwhile waits for it. */
export interface Making {
  readonly path: string
  /** The generation it belongs to; `undefined` as long as that is not known to all who use the store. */
  generation: string | undefined
  /** The answer, when it may be kept; it never fails. */
  readonly answer: Promise<StoredAnswer | undefined>
}

/** What is being made, by key. All routes of an application share one, so that a change can end the waiting. */
export type InMaking = Map<string, Making>

/** What a store needs of a route. */
interface StoreNeeds {
  readonly policy: CacheResponse
  readonly method: string
  readonly cache: Callback
  readonly inMaking: InMaking
  readonly logger: Logger
}

/** The answers of one route that the server keeps itself (RFC 9111). */
export interface ResponseStore {
  /** Makes what is kept for a request its result; whether there is anything. */
  readonly recall: (run: Run) => Promise<boolean>
  /** The last station of the route, which keeps what may be kept. */
  readonly keeping: (finish: Finish) => Finish
}

/** How many keys are remembered whose answers may not be kept: nobody waits for those. */
const MOST_PASSED = 1000

/** Makes the store of one route. */
export function responseStore({ policy, method, cache, inMaking, logger }: StoreNeeds): ResponseStore {
  const passed = new LRUCache<string, true>({ max: MOST_PASSED })
  const lifetime = (policy.store?.lifetime ?? 0) * 1000

  async function recall(run: Run): Promise<boolean> {
    const { exchange } = run
    if (!policy.public && hasCredentials(exchange)) return goOn(run, 'fwd=bypass')
    if (isForOrigin(run)) return goOn(run, 'fwd=request')
    const room = responsesIn(await cache(run))
    const path = exchange.path ?? ''
    const key = await keyOf(run, policy)
    const [kept, generation] = await Promise.all([room.get(key), generationOf(room, path)])
    const found = readStoredAnswer(kept)
    const answer = found?.generation === generation ? found : undefined
    const age = answer === undefined ? 0 : ageOf(answer)
    if (answer !== undefined && age < answer.fresh) return use(run, answer, hit(answer))

    const forward = answer === undefined ? missed(run, policy) : 'fwd=stale'
    const other = inMaking.get(key)
    const isJoined = other !== undefined && (other.generation ?? generation) === generation
    // An old answer is better than waiting for a new one that is on its way (RFC 5861 §3).
    if (isJoined && answer !== undefined && age < answer.fresh + answer.stale)
      return use(run, answer, hit(answer))
    if (isJoined) {
      const made = await other.answer
      if (made !== undefined) return use(run, made, `${forward}; collapsed`)
      return goOn(run, `${forward}; collapsed=?0`)
    }
    if (method !== 'GET' || forbidsStoring(exchange)) return goOn(run, forward)
    await begin(run, room, { key, path, generation, forward })
    return false
  }

  async function begin(run: Run, room: Cache, { key, path, generation, forward }: Beginning): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<StoredAnswer | undefined>()
    const making: Making = { path, generation, answer: promise }
    const end = (): void => void (inMaking.get(key) === making && inMaking.delete(key))
    // Nobody waits for what is likely to be a 304, a part, or something that may not be kept.
    const { exchange } = run
    const isWhole = !exchange.has(CONDITIONAL) && !exchange.has(RANGE)
    if (isWhole && !passed.has(key)) inMaking.set(key, making)

    let id = generation ?? ''
    run.storing = {
      status: forward,
      age: undefined,
      giveUp() {
        resolve(undefined)
        end()
      },
      async keep(made) {
        const answer = storedAnswerOf(run, made, policy, id)
        resolve(answer)
        if (answer !== undefined) passed.delete(key)
        else if (isWhole && made.outcome.status < 500) passed.set(key, true)
        const isKept = answer !== undefined && (await put(run, room, key, answer))
        end()
        return isKept
      },
    }
    if (generation !== undefined) return
    const begun = await beginGeneration(room, path, lifetime)
    id = begun.id
    if (begun.isShared) making.generation = id
  }

  // Awaited: what is said to be stored is there for the next who asks, in any process.
  async function put(run: Run, room: Cache, key: string, answer: StoredAnswer): Promise<boolean> {
    try {
      await room.set(key, answer, { ttl: Math.min(answer.fresh + answer.stale, LONGEST) })
      return true
    } catch (error) {
      logger.error(`An answer of ${run.facts.label} cannot be kept`, error)
      return false
    }
  }

  return { recall, keeping }
}

interface Beginning {
  readonly key: string
  readonly path: string
  readonly generation: string | undefined
  readonly forward: string
}

/** The last station of a route with a store. */
function keeping(finish: Finish): Finish {
  return (run, draft, failure) => {
    const { storing } = run
    if (storing === undefined) return finish(run, draft, failure)
    run.storing = undefined
    const own = [...(run.responseHeaders?.lines ?? [])]
    try {
      const outcome = finish(run, draft, failure)
      return Promise.resolve(outcome)
        .then((later) => end({ draft, own, outcome: later }, storing))
        .catch(lost)
    } catch (error) {
      return lost(error)
    }

    function lost(error: unknown): never {
      storing?.giveUp?.()
      throw error
    }
  }
}

async function end(made: MadeAnswer, { status, age, keep }: Storing): Promise<Outcome> {
  const { outcome } = made
  // A tear-down that failed made an error of what was kept.
  if (age !== undefined && outcome.status >= 500) return outcome
  const isKept = keep !== undefined && (await keep(made))
  const fields = ['cache-status', `restmachine; ${status}${isKept ? '; stored' : ''}`]
  // RFC 9111 §4: also a 304 or a part of what was kept is as old as that.
  if (age !== undefined) fields.push('age', String(age))
  return { ...outcome, headers: [...outcome.headers, ...fields] }
}

function goOn(run: Run, status: string): false {
  run.storing = { status, age: undefined, giveUp: undefined, keep: undefined }
  return false
}

function use(run: Run, answer: StoredAnswer, status: string): true {
  run.storing = { status, age: Math.floor(ageOf(answer) / 1000), giveUp: undefined, keep: undefined }
  run.result = new Answer(answer.body, 200, fieldsOf(answer))
  run.recalled = true
  return true
}

// RFC 9211 §2.1, §2.5: negative once it is stale.
function hit(answer: StoredAnswer): string {
  return `hit; ttl=${Math.floor(answer.fresh / 1000) - Math.floor(ageOf(answer) / 1000)}`
}

// RFC 9211 §2.2: which of the two it was is not known where the key has more in it than the URI.
function missed({ facts }: Run, { vary }: CacheResponse): string {
  const varies =
    vary.length > 0 || variesByType(facts) || facts.languages.length > 0 || facts.charsets.list.length > 0
  return varies ? 'fwd=miss' : 'fwd=uri-miss'
}

// Whether there is a representation at all is for the resource to say, and so is what cannot be read.
function isForOrigin({ exchange, ifMatch, ifNoneMatch }: Run): boolean {
  if (!exchange.has(CONDITIONAL)) return false
  return ifNoneMatch === 'any' || ifNoneMatch === 'malformed' || ifMatch === 'malformed'
}

/** The part of a cache that has the answers. */
export function responsesIn(cache: unknown): Cache {
  if (typeof (cache as Partial<Cache> | undefined)?.namespace === 'function')
    return (cache as Cache).namespace('responses')
  throw new TypeError('Cannot keep answers: what provides "cache" is to be made by createCache()')
}

/** What an answer is found by: its URI, what was negotiated, and what the policy varies by (RFC 9111 §4.1). */
async function keyOf(run: Run, { vary }: CacheResponse): Promise<string> {
  const { exchange, offer, language, charset } = run
  const chosen = [offer?.contentType ?? '', language, charset?.name ?? '']
  const known = [
    'answer',
    exchange.protocol,
    storedHostOf(exchange),
    exchange.path,
    exchange.query,
    ...chosen,
  ]
  return JSON.stringify(vary.length === 0 ? known : [...known, await digestOfFields(exchange, vary)])
}
