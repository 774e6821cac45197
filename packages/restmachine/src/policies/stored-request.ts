import { parseCacheControl } from '../http/cache-control.ts'
import { digestOf } from '../http/digest.ts'
import type { Exchange } from '../http/exchange.ts'
import { hostOf } from '../http/host.ts'

const encoder = new TextEncoder()

/** Whether a request brings credentials (RFC 9111 §3.5); a certificate says who somebody is no less than a field. */
export function hasCredentials(exchange: Exchange): boolean {
  return exchange.header('authorization') !== undefined || exchange.clientCert !== undefined
}

/** Whether nothing of a request and its answer is to be stored (RFC 9111 §5.2.1.5). */
export function forbidsStoring(exchange: Exchange): boolean {
  const sent = exchange.header('cache-control')
  return sent !== undefined && parseCacheControl(sent)?.['no-store'] !== undefined
}

/** The host a request is for, in lower case (RFC 9110 §4.2.3); empty when it names none. */
export function storedHostOf(exchange: Exchange): string {
  return hostOf(exchange).toLowerCase()
}

/**
 * A digest of what a request has in some fields: who may look at the keys of a store is not to learn the cookies of
 * others. A field that is absent is not one that is empty (RFC 9111 §4.1).
 */
export async function digestOfFields(exchange: Exchange, names: readonly string[]): Promise<string> {
  const sent = names.map((name) => [name, exchange.header(name) ?? null])
  const digest = await digestOf(encoder.encode(JSON.stringify(sent)), 'sha-256')
  return btoa(String.fromCharCode(...digest))
}
