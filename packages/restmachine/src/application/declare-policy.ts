import type { Layer } from '../declaration/layer.ts'
import type { DigestAlgorithm } from '../http/digest.ts'
import { type CacheResponseOptions, createCacheResponse } from '../policies/cache-response.ts'
import { createCors } from '../policies/cors.ts'
import type { CorsOptions } from '../policies/cors-options.ts'
import { type CspOptions, createCsp } from '../policies/csp.ts'
import { type SecurityHeadersOptions, securityHeaders } from '../policies/security-headers.ts'
import { type CharsetOptions, createCharsets } from '../representation/charsets.ts'
import { type CompressionOptions, createCompression } from '../representation/compression.ts'

/** What a layer, or a route by its options, says once and for all. */
export interface Policies {
  readonly cors: CorsOptions
  readonly csp: CspOptions
  readonly cacheResponse: CacheResponseOptions
  readonly compression: CompressionOptions | boolean
  readonly charsets: readonly [charsets: CharsetOptions, strict: boolean]
  readonly digests: readonly DigestAlgorithm[]
  readonly languages: readonly string[]
  readonly securityHeaders: SecurityHeadersOptions
}

const LANGUAGE_TAG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/
const DIGESTS: readonly string[] = ['sha-256', 'sha-512'] satisfies readonly DigestAlgorithm[]

const declarers: { readonly [Name in keyof Policies]: (layer: Layer, options: Policies[Name]) => void } = {
  cors(layer, options) {
    layer.cors = createCors(options)
  },
  csp(layer, options) {
    layer.csp = createCsp(options)
  },
  cacheResponse(layer, options) {
    layer.cacheResponse = createCacheResponse(options)
  },
  compression(layer, options) {
    layer.compression = options === false ? false : createCompression(options === true ? {} : options)
  },
  charsets(layer, [charsets, strict]) {
    layer.charsets = createCharsets(charsets, strict)
  },
  digests(layer, algorithms) {
    const wrong = algorithms.find((algorithm) => !DIGESTS.includes(algorithm))
    if (wrong !== undefined)
      throw new TypeError(`Cannot declare digests: "sha-256" or "sha-512" is needed, got ${String(wrong)}`)
    layer.digests = [...algorithms]
  },
  languages(layer, tags) {
    const wrong = tags.find((tag) => !LANGUAGE_TAG.test(tag))
    if (tags.length === 0 || wrong !== undefined) {
      throw new TypeError(
        `Cannot declare languages: tags such as "en" or "de-CH" are needed, got ${wrong ?? 'none'}`,
      )
    }
    layer.languages = [...tags]
  },
  securityHeaders(layer, options) {
    layer.securityHeaders = securityHeaders(options)
  },
}

/**
 * Declares a policy of a layer, in place of the one of the layers around it.
 *
 * @throws {TypeError} When an option does not exist, or has a value that it cannot have.
 */
export function declarePolicy<Name extends keyof Policies>(
  layer: Layer,
  name: Name,
  options: Policies[Name],
): void {
  declarers[name](layer, options)
}

/** Whether an option of a route is a policy. */
export function isPolicy(name: string): name is keyof Policies {
  return Object.hasOwn(declarers, name)
}
