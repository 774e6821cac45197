import type { Attributes } from '@opentelemetry/api'
import type { TracedRoute } from '../compile/tracing.ts'
import type { Exchange } from '../http/exchange.ts'
import { hostOf, parseHost } from '../http/host.ts'
import { HttpError } from '../http/http-error.ts'
import { userAgentOf } from '../http/user-agent.ts'

// What a signature of a URL proves is a secret, as the conventions say.
const SIGNATURES = /(^|&)(AWSAccessKeyId|Signature|sig|X-Goog-Signature)=[^&]*/g

/** The name of the span: what clients make up, such as paths, has no place in it. */
export function nameOf({ method }: Exchange, { isKnown, template }: TracedRoute): string {
  return `${isKnown ? method : 'HTTP'} ${template}`.trimEnd()
}

/** What is known of a request at its begin: samplers may decide by it. */
export function attributesOf(exchange: Exchange, { isKnown, template }: TracedRoute): Attributes {
  const { method, target, query, httpVersion } = exchange
  const { host, port } = parseHost(hostOf(exchange)) ?? {}
  return {
    'http.request.method': isKnown ? method : '_OTHER',
    'http.request.method_original': isKnown ? undefined : method,
    'http.route': template || undefined,
    'url.scheme': exchange.protocol ?? 'http',
    'url.path': pathOf(target),
    'url.query': query === '' ? undefined : query.replace(SIGNATURES, '$1$2=REDACTED'),
    'server.address': host,
    'server.port': port ?? (host === undefined ? undefined : exchange.protocol === 'https' ? 443 : 80),
    'client.address': exchange.remoteAddress,
    'user_agent.original': userAgentOf(exchange),
    'network.protocol.version': httpVersion === '2.0' ? '2' : httpVersion,
  }
}

/** The path as it was sent: what is decoded could be another one. */
function pathOf(target: string): string {
  const rest = target.replace(/^https?:\/\/[^/?#]*/i, '')
  const end = rest.indexOf('?')
  return (end === -1 ? rest : rest.slice(0, end)) || '/'
}

/** The class of a failure, which is one of few; `status` where that says it. */
export function errorTypeOf(failure: unknown, status?: number): string {
  if (status !== undefined && (failure === undefined || failure instanceof HttpError)) return String(status)
  const name = failure instanceof Error ? failure.name : ''
  return name === '' ? '_OTHER' : name
}

/** Whether something that was thrown is a fault, and not an answer such as 404. */
export function isFault(failure: unknown): boolean {
  return failure !== undefined && !(failure instanceof HttpError && failure.status < 500)
}
