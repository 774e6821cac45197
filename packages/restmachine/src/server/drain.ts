import { setTimeout as after, setImmediate as nextTurn } from 'node:timers/promises'
import type { GracefulServer } from './graceful-server.ts'
import type { InFlight } from './in-flight.ts'

/** How often idle connections are looked for while a server stops, in milliseconds. */
const SWEEP_TIME = 50

/** How long what was cut off may take to come to its end, in milliseconds. */
const LAST_TIME = 1_000

/**
 * Takes no more connections and waits for what is in flight; past the time, connections are closed.
 *
 * @returns Whether all came to its end in time.
 */
export async function drain(server: GracefulServer, inFlight: InFlight, timeout: number): Promise<boolean> {
  await takeIn(server)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const over = closed.then(() => inFlight.none())
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_TIME)
  const drained = await inTime(over, timeout)
  clearInterval(sweep)
  if (drained) return true
  server.closeAllConnections()
  // Handlers that heed their signal end now, and what they use must still be there.
  await inTime(over, LAST_TIME)
  return false
}

/** Accepts the connections that wait in line: the clients have them already, and closing would reset them. */
async function takeIn(server: GracefulServer): Promise<void> {
  const end = performance.now() + SWEEP_TIME
  let before = -1
  while (server.accepted !== before && performance.now() < end) {
    before = server.accepted
    // One connection is accepted in each turn of the loop; between two of these lies a whole one.
    await nextTurn()
    await nextTurn()
  }
}

async function inTime(over: Promise<void>, time: number): Promise<boolean> {
  const timer = new AbortController()
  const late = after(time, false, { signal: timer.signal }).catch(() => false)
  const isOver = await Promise.race([over.then(() => true), late])
  timer.abort()
  return isOver
}
