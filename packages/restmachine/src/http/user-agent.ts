import type { Exchange } from './exchange.ts'

/** What sent a request, as it says itself (RFC 9110 §10.1.5); `undefined` when it does not say. */
export function userAgentOf(exchange: Exchange): string | undefined {
  return exchange.header('user-agent')
}
