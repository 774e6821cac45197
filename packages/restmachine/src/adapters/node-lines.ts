import { fieldIn } from '../http/exchange.ts'
import { parseHost } from '../http/host.ts'
import { authorityOf } from '../http/target.ts'
import type { Incoming } from './node-message.ts'

/**
 * The field lines, with the host that the client meant in place of the one in `Host`: the one that a trusted proxy
 * tells of (RFC 7239 §5.3), or else the one in a target in absolute form (RFC 9112 §3.2.2). A `Host` that is doubled
 * or broken stays so, and is refused; HTTP/1.0 needs none (§3.2).
 */
export function linesOf(
  { url = '', rawHeaders, httpVersion }: Incoming,
  forwarded: string | undefined,
): readonly string[] {
  const authority = forwarded ?? (url.startsWith('/') ? undefined : authorityOf(url))
  if (authority === undefined) return rawHeaders
  const host = fieldIn(rawHeaders, 'host')
  if (host === undefined) return httpVersion === '1.0' ? [...rawHeaders, 'Host', authority] : rawHeaders
  if (parseHost(host) === undefined) return rawHeaders
  return rawHeaders.map((line, at) =>
    at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host' ? authority : line,
  )
}
