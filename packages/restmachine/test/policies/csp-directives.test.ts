import { describe, expect, it } from 'vitest'
import { type CspDirectives, DIRECTIVES, kebab, wordsOf } from '../../src/policies/csp-directives.ts'

function write(directives: CspDirectives): readonly string[] {
  return [...wordsOf(directives)].map(([name, words]) => [kebab(name), ...words].join(' '))
}

describe('CSP3 §6, directives', () => {
  it('are all there, in the order of a policy', () => {
    expect(DIRECTIVES.map(kebab)).toEqual([
      'default-src',
      'script-src',
      'script-src-elem',
      'script-src-attr',
      'style-src',
      'style-src-elem',
      'style-src-attr',
      'img-src',
      'font-src',
      'connect-src',
      'frame-src',
      'fenced-frame-src',
      'child-src',
      'object-src',
      'media-src',
      'worker-src',
      'manifest-src',
      'webrtc',
      'base-uri',
      'form-action',
      'frame-ancestors',
      'sandbox',
      'require-trusted-types-for',
      'trusted-types',
      'upgrade-insecure-requests',
      'report-uri',
      'report-to',
    ])
  })

  it('have each source once', () => {
    expect(write({ scriptSrc: ['self', "'self'", 'SELF', 'https:'] })).toEqual(["script-src 'self' https:"])
  })

  it.each<[CspDirectives, readonly string[]]>([
    [{ sandbox: true }, ['sandbox']],
    [{ sandbox: [] }, ['sandbox']],
    [{ sandbox: false }, []],
    [{ sandbox: 'allow-forms' }, ['sandbox allow-forms']],
    [{ sandbox: ['allow-scripts', 'allow-forms'] }, ['sandbox allow-scripts allow-forms']],
    [{ upgradeInsecureRequests: true }, ['upgrade-insecure-requests']],
    [{ upgradeInsecureRequests: false }, []],
    [{ requireTrustedTypesFor: 'script' }, ["require-trusted-types-for 'script'"]],
    [{ trustedTypes: 'none' }, ["trusted-types 'none'"]],
    [{ trustedTypes: ['app#html', 'allow-duplicates'] }, ["trusted-types app#html 'allow-duplicates'"]],
    [{ trustedTypes: "'none'" }, ["trusted-types 'none'"]],
    [{ trustedTypes: '*' }, ['trusted-types *']],
    [{ webrtc: 'block' }, ["webrtc 'block'"]],
    [{ reportUri: ['/csp', 'https://r.example/csp?a=b'] }, ['report-uri /csp https://r.example/csp?a=b']],
    [{ reportTo: 'csp-endpoint' }, ['report-to csp-endpoint']],
    [{ frameAncestors: () => ['self'] }, ["frame-ancestors 'self'"]],
  ])('writes %j', (directives, written) => {
    expect(write(directives)).toEqual(written)
  })

  it.each<[object, string]>([
    [{ scriptSrc: [] }, "scriptSrc has an empty list; write 'none', or leave it out"],
    [{ scriptSrc: () => [] }, 'scriptSrc has an empty list'],
    [{ scriptSrc: ['none', 'self'] }, "scriptSrc has 'none', which has to stand alone"],
    [{ frameAncestors: ['none', 'https:'] }, "frameAncestors has 'none'"],
    [{ trustedTypes: ['none', 'app'] }, "trustedTypes has 'none'"],
    [{ scriptSrc: null }, 'scriptSrc has "null"'],
    [{ sandbox: 'allow-everything' }, 'sandbox has "allow-everything"; it may have allow-downloads'],
    [{ requireTrustedTypesFor: 'style' }, 'it may have script'],
    [{ webrtc: 'self' }, 'it may have allow, block'],
    [{ trustedTypes: 'a;b' }, 'trustedTypes cannot have "a;b"'],
    [{ reportUri: 'https://r.example/a;b' }, 'reportUri cannot have'],
    [{ reportUri: '/csp\r\nx: y' }, 'reportUri cannot have'],
    [{ reportUri: '/bericht-ü' }, 'reportUri cannot have'],
    [{ reportTo: 'a b' }, 'reportTo cannot have'],
    [{ reportTo: ['a'] }, 'reportTo cannot have'],
  ])('refuse %j', (directives, text) => {
    expect(() => wordsOf(directives)).toThrow(TypeError)
    expect(() => wordsOf(directives)).toThrow(text)
  })
})
