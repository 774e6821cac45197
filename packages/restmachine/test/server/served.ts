import type { RestApplication } from 'restmachine'
import { type ServeOptions, type Serving, serve } from 'restmachine/node'
import { onTestFinished } from 'vitest'
import { Wire } from './wire.ts'

/** A server for one test: any free port, no signals, closed when the test is over. */
export async function served(
  app: Pick<RestApplication, 'startup' | 'shutdown' | 'answer'>,
  options: ServeOptions = {},
): Promise<Serving & { wire(): Promise<Wire> }> {
  const serving = await serve(app, { port: 0, signals: false, gracefulTimeout: 100, ...options })
  onTestFinished(() => void serving.close())
  return { ...serving, wire: () => Wire.open(serving) }
}

/** Waits for something that happens behind the scenes. */
export async function eventually(holds: () => boolean, what = 'It', time = 5_000): Promise<void> {
  const end = Date.now() + time
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${time} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
