import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerOptions } from 'node:https'
import { didYouMean } from '../injection/faults.ts'

/** How a server is encrypted. Every text is PEM, or the path of a file that has it. */
export interface TlsOptions {
  /** The private key. */
  readonly key: string
  /** The certificate, and behind it those that lead to one that clients know. */
  readonly cert: string
  /** Who signs the certificates of clients. Needed for `requestCert`. */
  readonly ca?: string
  /** The oldest version that is spoken. Default `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** Clients must show a certificate that `ca` has signed; others are refused. Default false. */
  readonly requestCert?: boolean
}

const NAMES = ['key', 'cert', 'ca', 'minVersion', 'requestCert']
const VERSIONS = ['TLSv1.2', 'TLSv1.3']

/**
 * Reads keys and certificates, and sees whether they belong together.
 *
 * @throws {Error} When something is missing, cannot be read, or does not fit.
 */
export function readTls(options: TlsOptions): ServerOptions {
  checkShape(options)
  // Not by `import`: who does not encrypt need not wait for it.
  const { createPrivateKey, X509Certificate } = process.getBuiltinModule('node:crypto')
  const { minVersion = 'TLSv1.2', requestCert = false } = options
  const key = readPem('key', options.key)
  const cert = readPem('cert', options.cert)
  const certificate = parse('cert', 'certificate', () => new X509Certificate(cert))
  const privateKey = parse('key', 'private key', (): KeyObject => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey)) throw fault('key does not belong to cert')
  if (options.ca === undefined) {
    if (requestCert) throw fault('requestCert needs ca, which signs the certificates of clients')
    return { key, cert, minVersion }
  }
  const ca = readPem('ca', options.ca)
  parse('ca', 'certificate', () => new X509Certificate(ca))
  return { key, cert, ca, minVersion, requestCert, rejectUnauthorized: requestCert }
}

function fault(what: string, cause?: unknown): Error {
  return new Error(`Cannot serve: tls.${what}`, { cause })
}

function checkShape(options: TlsOptions): void {
  if (typeof options !== 'object' || options === null)
    throw new Error('Cannot serve: tls is an object with key and cert')
  for (const name of Object.keys(options)) {
    if (NAMES.includes(name)) continue
    throw fault([`${name} is no option`, ...didYouMean(name, NAMES)].join('; '))
  }
  const { minVersion, requestCert } = options
  if (minVersion !== undefined && !VERSIONS.includes(minVersion))
    throw fault(`minVersion is one of ${VERSIONS.join(', ')}, got ${JSON.stringify(minVersion)}`)
  if (requestCert !== undefined && typeof requestCert !== 'boolean')
    throw fault(`requestCert is a boolean, got ${JSON.stringify(requestCert)}`)
}

function readPem(name: 'key' | 'cert' | 'ca', value: unknown): string {
  if (typeof value !== 'string' || value === '') throw fault(`${name} is missing: PEM, or the path of a file`)
  if (value.includes('-----BEGIN ')) return value
  try {
    return readFileSync(value, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw fault(`${name}: there is no file ${value}`, error)
    if (code === 'EACCES') throw fault(`${name}: not permitted to read ${value}`, error)
    throw fault(`${name}: ${message}`, error)
  }
}

function parse<Parsed>(name: string, what: string, read: () => Parsed): Parsed {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isEncrypted =
      code === 'ERR_MISSING_PASSPHRASE' || code === 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED'
    const why = isEncrypted
      ? 'is encrypted; decrypt it first: openssl pkey -in key.pem'
      : `is no ${what} in PEM`
    throw fault(`${name} ${why}`, error)
  }
}
