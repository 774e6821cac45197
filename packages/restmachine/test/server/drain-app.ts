// The application of test/server/drain-load.test.ts: that of the workers, and streams of events.
import { setTimeout as after } from 'node:timers/promises'
import { streams } from '../../src/index.ts'
import { app as workersApp } from './workers-app.ts'

/** How often an event comes, in milliseconds. */
export const EVENT_TIME = 20

export const app = workersApp.get(
  '/events',
  async function* ({ signal }: { signal: AbortSignal }) {
    for (let id = 1; ; id++) {
      yield { id, data: 'x' }
      await after(EVENT_TIME, undefined, { signal })
    }
  },
  { provides: streams() },
)
