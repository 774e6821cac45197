import type { TimeLimits } from './time-limit.ts'

/** How often it is looked who is late, in milliseconds: a limit is kept to within that. */
export const SWEEP_INTERVAL = 50

/** A time limit that is under way: one link of a chain. */
interface Ticket {
  readonly ends: number
  readonly late: () => void
  before: Ticket | undefined
  after: Ticket | undefined
  isOver: boolean
}

/**
 * The time limits of all requests of a server, with one timer between them. A timer for each costs a
 * request 0.35 µs on Node and 0.6 on Bun, a place in a set 0.11, a link of a chain 0.07.
 */
export class SweptTimers implements TimeLimits<Ticket> {
  #first: Ticket | undefined = undefined
  #last: Ticket | undefined = undefined
  #sweeper: ReturnType<typeof setInterval> | undefined = undefined

  begin(limit: number, late: () => void): Ticket {
    const before = this.#last
    const ticket: Ticket = { ends: performance.now() + limit, late, before, after: undefined, isOver: false }
    if (before === undefined) this.#first = ticket
    else before.after = ticket
    this.#last = ticket
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL)
    return ticket
  }

  end(ticket: Ticket): void {
    if (ticket.isOver) return
    const { before, after } = ticket
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    ticket.isOver = true
    // One that somebody still holds is not to keep others alive.
    ticket.before = undefined
    ticket.after = undefined
  }

  #sweep(): void {
    // Who is told may begin and end others: the chain is not walked meanwhile.
    for (const ticket of this.#overdue()) {
      if (ticket.isOver) continue
      this.end(ticket)
      ticket.late()
    }
    if (this.#first !== undefined) return
    // Nobody is under way: nothing must keep the process alive.
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  #overdue(): readonly Ticket[] {
    const now = performance.now()
    const overdue: Ticket[] = []
    for (let ticket = this.#first; ticket !== undefined; ticket = ticket.after) {
      if (ticket.ends <= now) overdue.push(ticket)
    }
    return overdue
  }
}
