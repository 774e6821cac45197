/** How a check ended; `error` is for the log, since probes are often open to everybody. */
export interface HealthResult {
  readonly status: 'ok' | 'failed' | 'timed out'
  readonly error?: unknown
}

/** Runs a check. */
export type HealthCheck = () => Promise<HealthResult>

/**
 * Makes a check that ends in time. While it runs nobody starts it again: a database that hangs is not to be asked once
 * more by every probe.
 *
 * @param check What fails by throwing, or by `false`.
 * @param limit Milliseconds.
 */
export function createHealthCheck(check: () => unknown, limit: number): HealthCheck {
  let running: Promise<HealthResult> | undefined

  async function run(): Promise<HealthResult> {
    try {
      const result = await check()
      return result === false ? { status: 'failed', error: new Error('It said false') } : { status: 'ok' }
    } catch (error) {
      return { status: 'failed', error }
    }
  }

  function end(): void {
    running = undefined
  }

  return () => {
    running ??= run().finally(end)
    return inTime(running, limit)
  }
}

function inTime(running: Promise<HealthResult>, limit: number): Promise<HealthResult> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<HealthResult>((resolve) => {
    const error = new Error(`It takes longer than ${limit} ms`)
    timer = setTimeout(() => resolve({ status: 'timed out', error }), limit)
  })
  return Promise.race([running, late]).finally(() => clearTimeout(timer))
}
