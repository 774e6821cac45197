import type { RequestLimits } from './run.ts'

/** What a request may measure when the application says nothing else. */
export const DEFAULT_LIMITS: RequestLimits = {
  /** 8 KiB of target. */
  uri: 8_192,
  /** Field lines. */
  fields: 100,
  /** 1 MiB of content. */
  content: 1_048_576,
}
