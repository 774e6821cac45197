export { createTracing, type TracingOptions } from './application/tracing.ts'
export type { Tracing } from './compile/tracing.ts'
