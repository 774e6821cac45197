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
  // Connections that wait to be accepted are taken in: they would be reset with the listening socket.
  await nextTurn()
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

async function inTime(over: Promise<void>, time: number): Promise<boolean> {
  const timer = new AbortController()
  const late = after(time, false, { signal: timer.signal }).catch(() => false)
  const isOver = await Promise.race([over.then(() => true), late])
  timer.abort()
  return isOver
}
