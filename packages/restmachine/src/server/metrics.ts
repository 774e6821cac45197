import { collectDefaultMetrics, Histogram, type PrometheusContentType, Registry } from 'prom-client'
import { Router } from '../application/router.ts'
import type { Answered } from '../compile/observing.ts'

/** What is measured. */
export interface MetricsOptions {
  /** Where the metrics are kept; one of its own when nobody says. */
  readonly registry?: Registry<PrometheusContentType>
  /** Whether those of the process are there, too: memory, event loop, garbage collection. Default true. */
  readonly process?: boolean
  /** The upper bounds of the duration's buckets, in seconds. Default 5 ms to 10 s. */
  readonly buckets?: readonly number[]
}

/** The metrics of an application. */
export interface Metrics {
  /** Where they are kept: for counters of your own. */
  readonly registry: Registry<PrometheusContentType>
  /** Counts an answer: the option `observe` of the application. */
  readonly observe: (answered: Answered) => void
  /** The page that Prometheus reads: mount it where that looks. */
  readonly router: Router
}

const OPTIONS = ['registry', 'process', 'buckets']

/** Those of the semantic conventions of OpenTelemetry. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/**
 * Makes metrics for Prometheus, kept by `prom-client`: `http_server_request_duration_seconds` by method, template of the
 * route and status. Paths as they were sent are no labels: each would be a series of its own, and never go away.
 *
 * @param options See {@link MetricsOptions}.
 * @throws {TypeError} When there is no such option.
 *
 * @example
 * ```ts
 * import { setTimeout as after } from 'node:timers/promises'
 * import { RestApplication } from 'restmachine'
 * import { createMetrics } from 'restmachine/metrics'
 *
 * const metrics = createMetrics()
 * const app = new RestApplication({ observe: metrics.observe })
 *   .get('/users/{userId}', ({ userId }) => ({ userId }))
 *   .mount('/metrics', metrics.router)
 * await app.fetch(new Request('http://localhost/users/7'))
 * await after(1) // an answer counts when its last byte is out
 * const page = await app.fetch(new Request('http://localhost/metrics'))
 * const text = await page.text()
 * // text.includes('_duration_seconds_count{method="GET",route="/users/{userId}",status="200"} 1') === true
 * ```
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined)
    throw new TypeError(
      `Cannot make metrics: there is no option "${unknown}"; there are ${OPTIONS.join(', ')}`,
    )
  const { registry = new Registry(), process = true, buckets = BUCKETS } = options
  if (process) collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Seconds from the begin of a request to the last byte of its response',
    labelNames: ['method', 'route', 'status'],
    buckets: [...buckets],
    registers: [registry],
  })

  async function page(): Promise<Response> {
    const text = await registry.metrics()
    return new Response(text, {
      headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
    })
  }

  return {
    registry,
    observe({ method, route, status, duration: taken }) {
      duration.observe({ method, route, status }, taken / 1_000)
    },
    router: new Router().get('/', page, { skipContentNegotiation: true }),
  }
}
