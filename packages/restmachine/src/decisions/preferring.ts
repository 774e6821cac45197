import { PREFER } from '../http/exchange.ts'
import type { Preferences } from '../http/prefer.ts'
import type { Run } from './run.ts'

/** Whether the client would rather have as little as possible in the response (RFC 7240 §4.2). */
export function wantsMinimum(run: Run): boolean {
  return run.exchange.has(PREFER) && run.preferences.return === 'minimal'
}

/** The preferences that a response of `status` honours; `undefined` for none (RFC 7240 §3). */
export function appliedPreferences(
  run: Run,
  status: number,
  hasContent: boolean,
): Partial<Preferences> | undefined {
  if (!run.exchange.has(PREFER)) return undefined
  const { preferences } = run
  const wanted = preferences.return
  const asWanted = (wanted === 'minimal' && !hasContent) || (wanted === 'representation' && hasContent)
  const applied: Partial<Preferences> = {
    ...(asWanted && status < 300 && status !== 202 ? { return: wanted as 'minimal' | 'representation' } : {}),
    ...(preferences.respondAsync && status === 202 ? { respondAsync: true } : {}),
  }
  return Object.keys(applied).length === 0 ? undefined : applied
}
