import { type Exchange, ORIGIN } from '../http/exchange.ts'
import type { PreflightRequest } from './cors.ts'

/** The preflight that an exchange is; `undefined` when it is none (Fetch §3.2.2). */
export function preflightOf(exchange: Exchange): PreflightRequest | undefined {
  if (exchange.method !== 'OPTIONS' || !exchange.has(ORIGIN)) return undefined
  const origin = exchange.header('origin')
  const method = exchange.header('access-control-request-method')
  if (origin === undefined || method === undefined) return undefined
  return {
    origin,
    method,
    headers: exchange.header('access-control-request-headers'),
    privateNetwork: exchange.header('access-control-request-private-network') === 'true',
  }
}

/** The value of `Origin`. */
export function originOf(exchange: Exchange): string | undefined {
  return exchange.has(ORIGIN) ? exchange.header('origin') : undefined
}
