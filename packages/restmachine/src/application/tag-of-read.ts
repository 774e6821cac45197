import type { CompiledRoute } from '../compile/route.ts'
import type { Logger } from '../compile/services.ts'
import type { ReadTag, Run } from '../decisions/run.ts'
import { parseEntityTag } from '../http/entity-tag.ts'
import type { Exchange } from '../http/exchange.ts'
import { fieldIn } from '../http/exchange.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { ReadingExchange } from '../http/reading-exchange.ts'

/** A run at its beginning, and the route it takes. */
export interface Begun {
  readonly compiled: CompiledRoute
  readonly run: Run
}

/** What reading needs of the application. */
interface Answering {
  readonly begin: (exchange: Exchange) => Begun
  readonly answer: (begun: Begun) => Outcome | Promise<Outcome>
  readonly logger: Logger
}

/**
 * Finds out what a write is to be compared with where entity tags are made from answers: GET is asked, as the
 * same client would ask it, with a run and with providers of its own. What it gives goes nowhere.
 */
export async function readTag({ exchange, signal }: Run, application: Answering): Promise<ReadTag> {
  const begun = application.begin(new ReadingExchange(exchange, signal))
  const { compiled, run } = begun
  run.isForWrite = true
  const { status, headers, body, afterwards } = await application.answer(begun)
  // What GET wants done for those who read is not done for this.
  compiled.dropTasks(run)
  if (isStream(body)) body.cancel().catch(() => undefined)
  try {
    // What GET holds open, such as a connection, is not held while the write goes on.
    await afterwards?.()
  } catch (error) {
    application.logger.error(`What follows ${run.facts.label} failed`, error)
  }
  const tag = status === 200 ? fieldIn(headers, 'etag') : undefined
  return { status, etag: tag === undefined ? undefined : parseEntityTag(tag) }
}
