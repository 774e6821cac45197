import type { Cell, SessionValues } from './filling.ts'
import type { Injectable } from './injectable.ts'
import { Plan, type PlanSources } from './plan.ts'
import type { DeclaredProvider } from './provider.ts'
import { closeAll, type Opening, type ReportClosing } from './teardown.ts'

/**
 * What lives as long as the process: values that start-up opened, or a first use. One opening even
 * when many ask at once; what was opened is closed in reverse.
 */
export class Session implements SessionValues {
  values: unknown[] = []
  context: object = {}
  opened: Opening[] | undefined = undefined
  closeLate: ((opening: Opening) => void) | undefined = undefined
  readonly #plan: Plan<SessionValues>

  constructor(sources: Omit<PlanSources<SessionValues>, 'session'>) {
    this.#plan = new Plan<SessionValues>({ ...sources, session: undefined })
  }

  /** The cell of a session value. */
  open(provider: DeclaredProvider): Cell<SessionValues> {
    return this.#plan.cell(provider.name, provider.make)
  }

  /** A function that calls `injectable` with session values. */
  invoker(injectable: Injectable): () => unknown {
    const invoke = this.#plan.invoker(injectable)
    return () => invoke(this)
  }

  /** To be called once every name is planned, before the first value is opened. */
  ready(): void {
    this.values = [...this.#plan.template]
    this.context = this.#plan.contextMaker()(this.values)
  }

  /** Closes what is open, last opened first. */
  async close(report: ReportClosing): Promise<void> {
    this.closeLate = (opening) => void closeAll([opening], undefined, report)
    const opened = this.opened ?? []
    this.opened = undefined
    // Each by itself: that one cannot be closed is no reason to roll the others back.
    for (const opening of opened.toReversed()) await closeAll([opening], undefined, report)
  }
}
