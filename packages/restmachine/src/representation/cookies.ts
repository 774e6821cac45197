import { parseCookies } from '../http/cookie.ts'
import type { Exchange } from '../http/exchange.ts'

/** The cookies of a request, by name; an object without a prototype. */
export function cookiesOf(exchange: Exchange): Readonly<Record<string, string>> {
  return parseCookies(exchange.header('cookie') ?? '')
}
