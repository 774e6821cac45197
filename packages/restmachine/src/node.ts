export type { AccessEntry, AccessLogFormat } from './server/access-log-format.ts'
export type { AccessLogOption, AccessLogOptions } from './server/access-log-option.ts'
export { type Config, defineConfig } from './server/config.ts'
export type { LogLevel } from './server/error-log.ts'
export type { HandedDown } from './server/handed-down.ts'
export {
  type MemoryChange,
  type MemoryMonitor,
  type MemoryMonitorOptions,
  type MemoryReading,
  memoryMonitor,
} from './server/memory-monitor.ts'
export { type Servable, type ServeOptions, type Serving, serve } from './server/serve.ts'
export type { TlsOptions } from './server/tls.ts'
export type { ProxyAddresses, TrustProxyOption, TrustProxyOptions } from './server/trust-proxy-option.ts'
export { type ServingWorkers, serveWorkers, type WorkersOptions } from './server/workers.ts'
