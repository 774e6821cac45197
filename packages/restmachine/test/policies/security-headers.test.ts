import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SecurityHeadersOptions, securityHeaders } from '../../src/policies/security-headers.ts'
import { anyText } from '../http/hostile.ts'

const STANDARD = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'origin-agent-cluster': '?1',
}

function fields(options?: SecurityHeadersOptions): Record<string, string> {
  const flat = securityHeaders(options)
  return Object.fromEntries(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [])),
  )
}

describe('securityHeaders', () => {
  it('closes what browsers leave open', () => {
    expect(fields()).toEqual(STANDARD)
    expect(fields({ referrerPolicy: undefined })).toEqual(STANDARD)
    expect(Object.isFrozen(securityHeaders())).toBe(true)
  })

  it.each<[keyof SecurityHeadersOptions, string]>([
    ['contentTypeOptions', 'x-content-type-options'],
    ['referrerPolicy', 'referrer-policy'],
    ['crossOriginOpenerPolicy', 'cross-origin-opener-policy'],
    ['crossOriginResourcePolicy', 'cross-origin-resource-policy'],
    ['frameOptions', 'x-frame-options'],
    ['permissionsPolicy', 'permissions-policy'],
    ['originAgentCluster', 'origin-agent-cluster'],
  ])('leaves out %s alone', (option, name) => {
    const { [name as keyof typeof STANDARD]: _, ...others } = STANDARD
    expect(fields({ [option]: false })).toEqual(others)
  })

  it.each<[SecurityHeadersOptions, string, string]>([
    [{ referrerPolicy: 'no-referrer' }, 'referrer-policy', 'no-referrer'],
    [
      { referrerPolicy: ['no-referrer', 'strict-origin-when-cross-origin'] },
      'referrer-policy',
      'no-referrer, strict-origin-when-cross-origin',
    ],
    [{ crossOriginOpenerPolicy: 'unsafe-none' }, 'cross-origin-opener-policy', 'unsafe-none'],
    [{ crossOriginResourcePolicy: 'cross-origin' }, 'cross-origin-resource-policy', 'cross-origin'],
    [{ frameOptions: 'SAMEORIGIN' }, 'x-frame-options', 'SAMEORIGIN'],
    [
      {
        permissionsPolicy: { fullscreen: '*', geolocation: ['self', 'https://*.example.com:8443'], usb: [] },
      },
      'permissions-policy',
      'fullscreen=*, geolocation=(self "https://*.example.com:8443"), usb=()',
    ],
    [{ https: true }, 'strict-transport-security', 'max-age=31536000'],
    [{ https: { maxAge: '2d' } }, 'strict-transport-security', 'max-age=172800'],
    [{ https: { maxAge: 0 } }, 'strict-transport-security', 'max-age=0'],
    [
      { https: { includeSubDomains: true, preload: true } },
      'strict-transport-security',
      'max-age=31536000; includeSubDomains; preload',
    ],
  ])('takes %j', (options, name, value) => {
    expect(fields(options)).toEqual({ ...STANDARD, [name]: value })
  })

  it.each<[object, string]>([
    [{ hsts: true }, 'there is no option "hsts"\n  options: contentTypeOptions, '],
    [{ frameOptions: 'ALLOW-FROM https://a.example' }, 'it may have DENY, SAMEORIGIN'],
    [{ contentTypeOptions: true }, 'contentTypeOptions has true; it may have nosniff'],
    [{ referrerPolicy: ['same-origin', 'a\r\nb'] }, 'referrerPolicy has "a\\r\\nb"'],
    [{ referrerPolicy: [] }, 'referrerPolicy has []'],
    [{ https: { preload: true } }, 'which needs includeSubDomains and a maxAge of 365 days'],
    [{ https: { preload: true, includeSubDomains: true, maxAge: '30d' } }, 'which needs includeSubDomains'],
    [{ permissionsPolicy: { 'camera=*, x': [] } }, 'which is no feature'],
    [{ permissionsPolicy: { camera: 'self' } }, 'camera, which needs "*" or a list'],
    [{ permissionsPolicy: { camera: ['https://a.example"'] } }, 'which is neither "self" nor an origin'],
    [{ permissionsPolicy: { camera: ['https://a.example/'] } }, 'which is neither "self" nor an origin'],
  ])('refuses %j', (options, text) => {
    expect(() => securityHeaders(options)).toThrow(TypeError)
    expect(() => securityHeaders(options)).toThrow(text)
  })

  it('refuses a time that is none', () => {
    expect(() => securityHeaders({ https: { maxAge: -1 } })).toThrow(RangeError)
  })

  it('has no permission that could break out of its place', () => {
    fc.assert(
      fc.property(anyText, anyText, (feature, origin) => {
        for (const policy of [{ [feature]: ['self'] }, { camera: [origin] }]) {
          try {
            expect(fields({ permissionsPolicy: policy })['permissions-policy']).toMatch(
              /^[a-z0-9-]+=\([^()"\s]*|"[^"\s]+"\)$/,
            )
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError)
          }
        }
      }),
    )
  })
})
