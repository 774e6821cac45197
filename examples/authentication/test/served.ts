import { type Servable, serve } from 'restmachine/node'
import { onTestFinished } from 'vitest'

/** A real server for one test, on any free port; gives its URL. */
export async function served(app: Servable): Promise<string> {
  const serving = await serve(app, { port: 0, signals: false, gracefulTimeout: 1_000 })
  onTestFinished(() => void serving.close())
  return serving.url
}
