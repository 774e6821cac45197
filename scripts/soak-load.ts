// The load of a soak, and what became of it.
import { setTimeout as after } from 'node:timers/promises'
import type { Answered, Asked } from './soak-requests.ts'

const MOST_FAULTS = 100

/** Clients and what they have seen. */
export interface Load {
  readonly port: number
  /** More is asked for than is let in, so that some have to be refused. */
  isOver: boolean
  isOverloaded: boolean
  /** Clients do not pause: between two requests of one there is no time to close its connection. */
  isHurried: boolean
  /** The server was told to stop: new connections are refused, and requests that it did not see are not its own. */
  isStopping: boolean
  readonly count: {
    answered: number
    wrong: number
    connections: number
    /** Those that did not keep to the rules, and got what they deserve. */
    unruly: number
    /**
     * Requests that came too late, while the server stopped: given back by HTTP/2 (RFC 9113 §8.7), or the first of a
     * connection that the system had made and the server never took.
     */
    givenBack: number
  }
  /** How long refusals took, in milliseconds. */
  readonly refusals: number[]
  /** What was answered wrongly, but for what came after very many of these. */
  readonly faults: string[]
}

/** A load that has not begun. */
export function createLoad(port: number): Load {
  return {
    port,
    isOver: false,
    isOverloaded: false,
    isHurried: false,
    isStopping: false,
    count: { answered: 0, wrong: 0, connections: 0, unruly: 0, givenBack: 0 },
    refusals: [],
    faults: [],
  }
}

/** Looks at an answer that took so long, in milliseconds; `undefined` is none. */
export function judge(load: Load, asked: Asked, answer: Answered | undefined, took: number): void {
  const what = `${asked.method} ${asked.path}`
  if (answer === undefined) return void blame(load, `${what}: the connection was closed`)
  if (answer.status === 503 && load.isOverloaded && answer.fields['retry-after'] === '1')
    return void load.refusals.push(took)
  if (answer.status === asked.status && asked.holds?.(answer) !== false) return void load.count.answered++
  blame(load, `${what}: ${answer.status} ${JSON.stringify(answer.body.slice(0, 100))}`)
}

/** Notes what is wrong with the server. */
export function blame({ count, faults }: Load, fault: string): void {
  count.wrong++
  if (faults.length < MOST_FAULTS) faults.push(fault)
}

/** Waits between two requests, for up to so many milliseconds. */
export async function rest(load: Load, time: number): Promise<void> {
  if (!load.isHurried && !load.isOver) await after(Math.random() * time)
}
