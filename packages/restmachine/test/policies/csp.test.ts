import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CspOptions, createCsp, csp } from '../../src/policies/csp.ts'
import { anyText } from '../http/hostile.ts'

function policy(options: CspOptions, nonce?: string): string | undefined {
  return createCsp(options).field(nonce)[1]
}

describe('createCsp', () => {
  it('writes the directives in one order, with keywords quoted', () => {
    expect(
      policy({
        reportTo: 'csp',
        imgSrc: ['self', 'data:'],
        defaultSrc: 'none',
        upgradeInsecureRequests: true,
        frameAncestors: ['none'],
      }),
    ).toBe(
      "default-src 'none'; img-src 'self' data:; frame-ancestors 'none'; upgrade-insecure-requests; report-to csp",
    )
  })

  it('names the field, which only reports when told to', () => {
    expect(createCsp({ defaultSrc: 'self' }).field()).toEqual([
      'content-security-policy',
      "default-src 'self'",
    ])
    expect(createCsp({ defaultSrc: 'self', reportOnly: true }).field()[0]).toBe(
      'content-security-policy-report-only',
    )
  })

  it('writes a policy that does not change once', () => {
    const { field, needsNonce } = createCsp({ defaultSrc: 'self' })
    expect(needsNonce).toBe(false)
    expect(field()).toBe(field('ignored'))
    expect(Object.isFrozen(field())).toBe(true)
  })

  it('asks a function for its sources for each response', () => {
    const sources = [['self'], ['https://a.example'], ['bad source']]
    const { field } = createCsp({ defaultSrc: 'self', imgSrc: () => sources.shift() ?? 'none' })
    expect(field()[1]).toBe("default-src 'self'; img-src 'self'")
    expect(field()[1]).toBe("default-src 'self'; img-src https://a.example")
    expect(() => field()).toThrow('imgSrc has "bad source"')
    expect(field()[1]).toBe("default-src 'self'; img-src 'none'")
  })

  it('leaves out what is undefined', () => {
    expect(policy({ ...csp.strict, formAction: undefined, objectSrc: undefined })).toBe(
      "default-src 'self'; base-uri 'self'",
    )
  })

  it.each<[string, object, string]>([
    ['an empty policy', {}, 'it has no directive'],
    ['a policy of options only', { reportOnly: true, sandbox: false }, 'it has no directive'],
    ['an unknown directive', { scriptSource: ['self'] }, 'did you mean "scriptSrc"?'],
    ['the name of the field', { 'script-src': ['self'] }, 'did you mean "scriptSrc"?'],
    ['the name of Python', { frame_ancestors: ['self'] }, 'did you mean "frameAncestors"?'],
    ['nothing near', { whatever: ['self'] }, 'there is no directive "whatever"\n  directives: defaultSrc, '],
    ['an own __proto__', JSON.parse('{"__proto__":["self"]}'), 'there is no directive "__proto__"'],
  ])('refuses %s', (_, options, text) => {
    expect(() => createCsp(options)).toThrow(TypeError)
    expect(() => createCsp(options)).toThrow(text)
  })
})

describe('the nonce of a policy', () => {
  it('joins script-src and style-src', () => {
    expect(policy({ nonce: true, scriptSrc: 'self', styleSrc: ['self', 'unsafe-inline'] }, 'abc')).toBe(
      "script-src 'self' 'nonce-abc'; style-src 'self' 'unsafe-inline' 'nonce-abc'",
    )
  })

  it('makes a copy of default-src for a missing one', () => {
    expect(policy({ nonce: true, defaultSrc: ['self', 'https:'], styleSrc: 'self' }, 'abc')).toBe(
      "default-src 'self' https:; script-src 'self' https: 'nonce-abc'; style-src 'self' 'nonce-abc'",
    )
    expect(policy({ nonce: true, defaultSrc: 'none' }, 'abc')).toBe(
      "default-src 'none'; script-src 'nonce-abc'; style-src 'nonce-abc'",
    )
  })

  it('joins the elements that have sources of their own, not the attributes', () => {
    expect(
      policy({ nonce: true, scriptSrc: 'self', scriptSrcElem: 'self', scriptSrcAttr: 'none' }, 'abc'),
    ).toBe("script-src 'self' 'nonce-abc'; script-src-elem 'self' 'nonce-abc'; script-src-attr 'none'")
  })

  it("leaves what is 'none' closed", () => {
    expect(policy({ nonce: true, defaultSrc: 'self', styleSrc: 'none' }, 'abc')).toBe(
      "default-src 'self'; script-src 'self' 'nonce-abc'; style-src 'none'",
    )
  })

  it('differs from response to response', () => {
    const { field, needsNonce } = createCsp({ nonce: true, scriptSrc: () => 'self' })
    expect(needsNonce).toBe(true)
    expect(field('abc')[1]).toBe("script-src 'self' 'nonce-abc'")
    expect(field('def')[1]).toBe("script-src 'self' 'nonce-def'")
  })

  it('needs a place', () => {
    for (const options of [{ imgSrc: 'self' }, { scriptSrc: 'none' }, { scriptSrcAttr: 'self' }])
      expect(() => createCsp({ ...options, nonce: true })).toThrow('there is no place for the nonce')
  })

  it('has to be there and to be base64', () => {
    const { field } = createCsp({ nonce: true, scriptSrc: 'self' })
    expect(() => field()).toThrow('it needs a nonce')
    for (const nonce of ['', "a'", 'a b', 'a;b', 'a\r\nb', '=', 'a='.repeat(2), 'ä'])
      expect(() => field(nonce), nonce).toThrow('the nonce is no base64')
  })
})

describe('the presets', () => {
  it.each([
    ['strict', "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"],
    ['basic', "default-src 'self'"],
    ['relaxed', "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:"],
    [
      'development',
      "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'",
    ],
  ] as const)('%s is %s', (name, value) => {
    expect(policy(csp[name])).toBe(value)
  })

  it('report only in development', () => {
    expect(Object.values(csp).filter(({ reportOnly }) => reportOnly)).toEqual([csp.development])
  })

  it('can be spread and overridden, and never changed', () => {
    expect(policy({ ...csp.basic, reportOnly: true, imgSrc: '*' })).toBe("default-src 'self'; img-src *")
    for (const preset of Object.values(csp)) {
      expect(Object.isFrozen(preset)).toBe(true)
      expect(Object.isFrozen(preset.defaultSrc)).toBe(true)
    }
  })
})

describe('a policy, whatever it is made of', () => {
  const names = [
    'defaultSrc',
    'scriptSrc',
    'frameAncestors',
    'reportUri',
    'reportTo',
    'trustedTypes',
    'sandbox',
  ]
  const text = fc.oneof(
    anyText,
    anyText.map((tail) => `https://a.example/${tail}`),
    anyText.map((tail) => `nonce-${tail}`),
    fc.string({ unit: fc.constantFrom(..."az09*.:/-_';, \r\n="), maxLength: 20 }),
  )

  it('has one directive for each that was given, and no line break', () => {
    let written = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(text, { minLength: 1, maxLength: 3 }),
        (name, sources) => {
          let value: string | undefined
          try {
            value = policy({ imgSrc: 'self', [name]: name === 'reportTo' ? sources[0] : sources })
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError)
            return
          }
          written++
          expect(value).toMatch(/^[\x20-\x7e]+$/)
          expect(value).not.toContain(',')
          expect(value?.split(';')).toHaveLength(2)
        },
      ),
      { numRuns: 2_000 },
    )
    expect(written).toBeGreaterThan(20)
  })

  it('cannot be broken by a nonce', () => {
    const { field } = createCsp({ nonce: true, scriptSrc: 'self' })
    fc.assert(
      fc.property(text, (nonce) => {
        try {
          expect(field(nonce)[1]).toMatch(/^script-src 'self' 'nonce-[\w+/-]+={0,2}'$/)
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
        }
      }),
    )
  })
})
