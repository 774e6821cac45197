import { parseHost } from '../http/host.ts'

/**
 * Makes the check of the hosts that an application serves.
 *
 * @param hosts Names as `Host` has them: `api.example.com`, with a port where only that port counts (as
 *   it is written in the request: 80 is not left out for http), or `*.example.com` for every name below.
 * @throws {TypeError} When one of them is no host.
 *
 * @see RFC 9110 §7.4, §15.5.20
 */
export function servedHosts(hosts: readonly string[]): (host: string) => boolean {
  const exact = new Set<string>()
  const endings: string[] = []
  for (const host of hosts) {
    const isPattern = host.startsWith('*.')
    const parsed = parseHost(isPattern ? host.slice(2) : host)
    // The grammar of names allows a star (RFC 3986 §3.2.2), but whoever writes one means a pattern.
    if (parsed === undefined || parsed.host.includes('*')) {
      throw new TypeError(
        `Cannot serve hosts: "api.example.com", "localhost:8000" or "*.example.com" is needed, got ${JSON.stringify(host)}`,
      )
    }
    const name = nameOf(parsed.host, parsed.port)
    if (isPattern) endings.push(`.${name}`)
    else exact.add(name)
  }

  function isServed(host: string): boolean {
    const parsed = parseHost(host)
    if (parsed === undefined) return false
    const names = [parsed.host, nameOf(parsed.host, parsed.port)]
    return names.some((name) => exact.has(name) || endings.some((ending) => name.endsWith(ending)))
  }

  // Nearly every request brings the same value; one of HTTP/1.0 need not bring any.
  let good = ''
  return (host) => {
    if (host === good || host === '') return true
    if (!isServed(host)) return false
    good = host
    return true
  }
}

function nameOf(host: string, port: number | undefined): string {
  return port === undefined ? host : `${host}:${port}`
}
