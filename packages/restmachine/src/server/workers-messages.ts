import type { ServeOptions } from './settings.ts'

/** What a worker is told. */
export type Order =
  | { readonly type: 'serve'; readonly file: string; readonly options: ServeOptions }
  /** To take no more connections. */
  | { readonly type: 'hush' }
  /** To begin or to end a profile. */
  | { readonly type: 'profile'; readonly runs: boolean }
  /** To end, when what is in flight has; `idleTime` is that of `Serving.close`. */
  | { readonly type: 'stop'; readonly idleTime: number }

/** What a worker tells. */
export type Report =
  | { readonly type: 'serving'; readonly url: string; readonly port: number }
  | { readonly type: 'hushed' }
  | { readonly type: 'failed'; readonly name: string; readonly message: string; readonly stack: string }

/** The variable of the environment in which a worker finds its number, from 1 on. */
export const NUMBER_VARIABLE = 'RESTMACHINE_WORKER'
