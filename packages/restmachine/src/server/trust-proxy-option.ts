import type { BlockList } from 'node:net'
import type { BelievedProxies, ForwardingFields } from '../http/forwarded-client.ts'
import { didYouMean } from '../injection/faults.ts'

/**
 * The addresses of proxies: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`; `loopback` is this machine, `private` the networks of
 * RFC 1918 and RFC 4193, and `unix` whoever may connect to the socket that is served on. Several in a list, or with
 * commas between them.
 */
export type ProxyAddresses = string | readonly string[] | BlockList

/** Proxies, and which fields they write. */
export interface TrustProxyOptions {
  readonly addresses: ProxyAddresses
  /**
   * `x-forwarded` for `X-Forwarded-For`, `-Proto` and `-Host`, `forwarded` for `Forwarded` (RFC 7239); the others are
   * not read. Default `x-forwarded`.
   */
  readonly fields?: ForwardingFields
}

/** Whose word on the client counts: nobody's, or that of proxies by their addresses. */
export type TrustProxyOption = false | ProxyAddresses | TrustProxyOptions

/** A {@link TrustProxyOption}, read. */
export interface TrustedProxies extends BelievedProxies {
  /** Whether whoever connects to a Unix socket is trusted. */
  readonly unix: boolean
}

const KNOWN_OPTIONS = ['addresses', 'fields']
const KNOWN_FIELDS = ['x-forwarded', 'forwarded']
const UNIX = 'unix'
const NETWORKS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
])

/**
 * Reads whom to trust; `undefined` when it is nobody.
 *
 * @throws {Error} When it cannot be read.
 */
export function readTrustProxy(option: unknown): TrustedProxies | undefined {
  if (option === false) return undefined
  if (option === true) throw fault('true would believe whoever connects; name the proxies')
  const { addresses, fields = 'x-forwarded' } = toOptions(option)
  if (!KNOWN_FIELDS.includes(fields))
    throw fault(`fields is "x-forwarded" or "forwarded", got ${tell(fields)}`)
  if (isBlockList(addresses)) return { fields, unix: false, isTrusted: (address) => isIn(addresses, address) }

  const list = typeof addresses === 'string' ? addresses.split(',').map((word) => word.trim()) : addresses
  if (!Array.isArray(list) || list.length === 0) throw fault(`got ${tell(addresses)}`)
  const words = list.flatMap<unknown>((word) => NETWORKS.get(word) ?? [word])
  const trusted = new (process.getBuiltinModule('node:net').BlockList)()
  for (const word of words) if (word !== UNIX) addTo(trusted, word)
  return { fields, unix: words.includes(UNIX), isTrusted: (address) => isIn(trusted, address) }
}

/** Whether there is something in it that does not go from one process to another. */
export function hasBlockList(option: unknown): boolean {
  return isBlockList(option) || isBlockList((option as Partial<TrustProxyOptions> | undefined)?.addresses)
}

function isBlockList(value: unknown): value is BlockList {
  return value instanceof process.getBuiltinModule('node:net').BlockList
}

function toOptions(option: unknown): TrustProxyOptions {
  if (typeof option === 'string' || Array.isArray(option) || isBlockList(option)) return { addresses: option }
  if (typeof option !== 'object' || option === null) throw fault(`got ${tell(option)}`)
  const unknown = Object.keys(option).find((name) => !KNOWN_OPTIONS.includes(name))
  if (unknown === undefined) return option as TrustProxyOptions
  throw fault(`there is no option "${unknown}"${advice(unknown, KNOWN_OPTIONS)}`)
}

function addTo(list: BlockList, word: unknown): void {
  const [address = '', bits, more] = typeof word === 'string' ? word.split('/') : []
  const family = familyOf(address)
  if (family === undefined || more !== undefined) {
    const near = typeof word === 'string' ? advice(word, ['loopback', 'private', UNIX]) : ''
    throw fault(`got ${tell(word)}${near}`)
  }
  if (bits === undefined) return void list.addAddress(address, family)
  const most = family === 'ipv4' ? 32 : 128
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most)
    throw fault(`got ${tell(word)}; behind the / stands a number from 0 to ${most}`)
  list.addSubnet(address, Number(bits), family)
}

function isIn(list: BlockList, address: string): boolean {
  // The zone of a link-local address is the name that this machine has for an interface (RFC 4007 §11).
  const [plain = ''] = address.split('%')
  const family = familyOf(plain)
  return family !== undefined && list.check(plain, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = process.getBuiltinModule('node:net').isIP(address)
  if (version === 0 || address.includes('%')) return undefined
  return version === 4 ? 'ipv4' : 'ipv6'
}

function tell(value: unknown): string {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
    ? JSON.stringify(value)
    : String(value)
}

function advice(name: string, known: readonly string[]): string {
  return didYouMean(name, known)
    .map((line) => `; ${line}`)
    .join('')
}

function fault(reason: string): Error {
  const what = 'false, or the addresses of proxies: "127.0.0.1", "10.0.0.0/8", "loopback", "private", "unix"'
  return new Error(`Cannot serve: trustProxy is ${what}: ${reason}`)
}
