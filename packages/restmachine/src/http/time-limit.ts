/** Keeps time limits: each adapter has its own way of being told that one is over. */
export interface TimeLimits<Ticket> {
  /** Calls `late` when `limit` milliseconds pass before {@link TimeLimits.end} gets what this gives. */
  begin(limit: number, late: () => void): Ticket
  end(ticket: Ticket): void
}

/** A timer for each limit: works everywhere, also where one request may not touch another's timers. */
export const singleTimers: TimeLimits<ReturnType<typeof setTimeout>> = {
  begin: (limit, late) => setTimeout(late, limit),
  end: (timer) => clearTimeout(timer),
}
