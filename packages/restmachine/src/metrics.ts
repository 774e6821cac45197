export { createMetrics, type Metrics, type MetricsOptions } from './server/metrics.ts'
