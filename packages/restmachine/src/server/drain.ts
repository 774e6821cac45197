import { setTimeout as after, setImmediate as nextTurn } from 'node:timers/promises'
import type { GracefulServer } from './graceful-server.ts'
import type { InFlight } from './in-flight.ts'

/** How often idle connections are looked for while a server stops, in milliseconds. */
const SWEEP_TIME = 50

/** How long what was cut off may take to come to its end, in milliseconds. */
const LAST_TIME = 1_000

/** How long draining may take, in milliseconds. */
export interface DrainTimes {
  /** For what is in flight. */
  readonly timeout: number
  /** For idle connections, which until then are only closed behind their next response. */
  readonly idle: number
}

/**
 * Takes no more connections, but for those that wait in line: the clients have them already, and closing would
 * reset them. Nobody must be told to close a connection before, or the line grows.
 *
 * @returns What resolves when the last connection is closed.
 */
export async function stopListening(server: GracefulServer): Promise<{ readonly closed: Promise<void> }> {
  const end = performance.now() + SWEEP_TIME
  let before = -1
  while (server.accepted !== before && performance.now() < end) {
    before = server.accepted
    // One connection is accepted in each turn of the loop; between two of these lies a whole one.
    await nextTurn()
    await nextTurn()
  }
  return { closed: new Promise<void>((resolve) => server.close(() => resolve())) }
}

/**
 * Waits for what is in flight on a server that takes no more connections; past the time, connections are closed.
 *
 * @param closed Resolves when the last connection is closed.
 * @returns Whether all came to its end in time.
 */
export async function drain(
  server: GracefulServer,
  closed: Promise<void>,
  inFlight: InFlight,
  times: DrainTimes,
): Promise<boolean> {
  const patient = performance.now() + Math.min(times.idle, times.timeout - 2 * SWEEP_TIME)
  const over = closed.then(() => inFlight.none())
  const sweep = setInterval(() => {
    if (performance.now() >= patient) server.closeIdleConnections()
  }, SWEEP_TIME)
  const drained = await inTime(over, times.timeout)
  clearInterval(sweep)
  if (drained) return true
  server.closeAllConnections()
  // Handlers that heed their signal end now, and what they use must still be there.
  await inTime(over, LAST_TIME)
  return false
}

async function inTime(over: Promise<void>, time: number): Promise<boolean> {
  const timer = new AbortController()
  const late = after(time, false, { signal: timer.signal }).catch(() => false)
  const isOver = await Promise.race([over.then(() => true), late])
  timer.abort()
  return isOver
}
