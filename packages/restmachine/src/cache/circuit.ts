/** What a circuit needs to know of the service behind it. */
export interface CircuitOptions {
  /** How long a service that failed is left alone, in milliseconds. */
  readonly retryAfter: number
  /** Resolves when the service answers again. */
  readonly probe: () => Promise<void>
  readonly onOpen: (error: unknown) => void
  readonly onClose: () => void
}

/** Keeps work away from a service that does not answer, so that its failure costs nothing. */
export interface Circuit {
  /** Whether the service may be asked. */
  isClosed(): boolean
  /** To be called when it failed; whether it is back is then looked for in the background. */
  open(error: unknown): void
  /** Ends looking. */
  stop(): void
}

/** A circuit that is closed until something fails. */
export function createCircuit({ retryAfter, probe, onOpen, onClose }: CircuitOptions): Circuit {
  let closed = true
  let timer: ReturnType<typeof setTimeout> | undefined

  function lookLater(): void {
    timer = setTimeout(() => {
      probe().then(close, lookLater)
    }, retryAfter)
    // A process that has nothing else to do may end.
    if (typeof timer === 'object') timer.unref()
  }

  function close(): void {
    closed = true
    onClose()
  }

  return {
    isClosed: () => closed,
    open(error) {
      if (!closed) return
      closed = false
      onOpen(error)
      lookLater()
    },
    stop: () => clearTimeout(timer),
  }
}
