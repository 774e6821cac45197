import { type Servable, type ServeOptions, type Serving, serve } from 'restmachine/node'
import { onTestFinished } from 'vitest'

/** A real server for one test: any free port, no signals, closed when the test is over. */
export async function served(app: Servable, options: ServeOptions = {}): Promise<Serving> {
  const serving = await serve(app, { port: 0, signals: false, gracefulTimeout: 1_000, ...options })
  onTestFinished(async () => void (await serving.close()))
  return serving
}

/** Waits for something that happens behind the scenes. */
export async function eventually(holds: () => boolean, what = 'It', time = 5_000): Promise<void> {
  const end = Date.now() + time
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${time} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
