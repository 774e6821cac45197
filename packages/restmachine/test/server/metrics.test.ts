import { Counter, Registry } from 'prom-client'
import { RestApplication } from 'restmachine'
import { createMetrics, type MetricsOptions } from 'restmachine/metrics'
import { describe, expect, it } from 'vitest'
import { createLog } from '../application/asking.ts'
import { eventually, served } from './served.ts'

/** An application with metrics, over a real server. */
async function measured(options: MetricsOptions = { process: false }) {
  const metrics = createMetrics(options)
  const app = new RestApplication({ logger: createLog(), observe: metrics.observe })
    .get('/users/{userId}', ({ userId }) => userId)
    .get('/broken', () => {
      throw new Error('broken')
    })
    .mount('/metrics', metrics.router)
  const { url } = await served(app)
  const page = async (init: RequestInit = {}) => fetch(`${url}/metrics`, init)
  return { metrics, url, page, text: async () => (await page()).text() }
}

/** The labels and values of the counts of durations. */
function countsIn(text: string): string[] {
  return [...text.matchAll(/^http_server_request_duration_seconds_count\{(.*)\} (\d+)$/gm)]
    .map(([, labels, count]) => `${labels} ${count}`)
    .sort()
}

describe('metrics', () => {
  it('count answers by method, template and status; paths that lead nowhere are one series', async () => {
    const { url, text } = await measured()
    for (const path of ['/users/1', '/users/2', '/broken', '/a', '/b"c']) {
      await (await fetch(url + path)).text()
    }
    await (await fetch(`${url}/users/3`, { method: 'DELETE' })).text()
    const expected = [
      'method="DELETE",route="",status="405" 1',
      'method="GET",route="",status="404" 2',
      'method="GET",route="/broken",status="500" 1',
      'method="GET",route="/users/{userId}",status="200" 2',
    ]
    let last = ''
    await eventually(() => {
      void text().then((now) => (last = now))
      return expected.every((line) => countsIn(last).includes(line))
    }, 'The counts')
    expect(countsIn(last).filter((line) => !line.includes('route="/metrics"'))).toEqual(expected)
  })

  it('measure in seconds', async () => {
    const { metrics } = await measured({ process: false, buckets: [0.1, 1] })
    metrics.observe({ method: 'GET', route: '/', status: 200, duration: 500, failure: undefined })
    const text = await metrics.registry.metrics()
    expect(text).toContain('_bucket{le="0.1",method="GET",route="/",status="200"} 0')
    expect(text).toContain('_bucket{le="1",method="GET",route="/",status="200"} 1')
    expect(text).toContain('_sum{method="GET",route="/",status="200"} 0.5')
  })

  it('are a page of Prometheus for whatever a client accepts', async () => {
    const { page } = await measured()
    for (const accept of ['text/plain', 'application/openmetrics-text;version=1.0.0', 'image/png']) {
      const response = await page({ headers: { accept } })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.text()).toContain('# TYPE http_server_request_duration_seconds histogram\n')
    }
  })

  it('take those of the process and of the user in', async () => {
    const registry = new Registry()
    new Counter({ name: 'orders_total', help: 'Orders', registers: [registry] }).inc(3)
    const { text } = await measured({ registry })
    const page = await text()
    expect(page).toContain('orders_total 3')
    expect(page).toContain('nodejs_eventloop_lag_seconds')
  })

  it('do not know options that there are not', () => {
    expect(() => createMetrics({ bucket: [1] } as MetricsOptions)).toThrow(
      'Cannot make metrics: there is no option "bucket"; there are registry, process, buckets',
    )
  })
})
