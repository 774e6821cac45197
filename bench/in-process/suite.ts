import type { Operation } from './slices.ts'

/** The suites that a process of its own can measure; each is loaded only where it runs. */
export const suites: Readonly<Record<SuiteName, () => Promise<readonly Operation[]>>> = {
  requests: async () => (await import('./suites/requests.ts')).requests(),
  peers: async () => (await import('./suites/peers.ts')).peers(),
  parts: async () => (await import('./suites/parts.ts')).parts(),
  decisions: async () => (await import('./suites/decisions.ts')).decisions(),
  growth: async () => (await import('./suites/growth.ts')).growth(),
}

export type SuiteName = 'requests' | 'peers' | 'parts' | 'decisions' | 'growth'
