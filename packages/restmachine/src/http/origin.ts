import { parseHost } from './host.ts'

const ORIGIN = /^([a-z][a-z0-9+\-.]*):\/\/(.+)$/i

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
])

/**
 * Reads the value of `Origin` as browsers write it: scheme and host in lower case, without a default port,
 * so that equal origins are equal texts; `'null'` for an origin that is kept secret, and `undefined` for
 * anything else, such as a path behind it or a second origin.
 *
 * ```abnf
 * Origin = origin / %s"null"
 * origin = scheme "://" host [ ":" port ]
 * ```
 *
 * @example
 * ```ts
 * parseOrigin('HTTPS://Example.com:443') // 'https://example.com'
 * ```
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 */
export function parseOrigin(value: string): string | undefined {
  if (value === 'null') return value
  const [, name = '', authority = ''] = ORIGIN.exec(value) ?? []
  const scheme = name.toLowerCase()
  const { host, port } = parseHost(authority) ?? {}
  if (host === undefined) return undefined
  const isDefault = port === undefined || port === DEFAULT_PORTS.get(scheme)
  return isDefault ? `${scheme}://${host}` : `${scheme}://${host}:${port}`
}
