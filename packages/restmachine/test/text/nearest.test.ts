import { describe, expect, it } from 'vitest'
import { DIRECTIVES } from '../../src/policies/csp-directives.ts'
import { nearest } from '../../src/text/nearest.ts'

describe('nearest', () => {
  it.each([
    ['default_src', 'defaultSrc'],
    ['script-src-elem', 'scriptSrcElem'],
    ['STYLESRC', 'styleSrc'],
    ['imageSrc', 'imgSrc'],
    ['frameAncestor', 'frameAncestors'],
    ['upgradeInsecureRequest', 'upgradeInsecureRequests'],
  ])('of %s is %s', (written, meant) => {
    expect(nearest(written, DIRECTIVES)).toBe(meant)
  })

  it('is nothing when nothing is near', () => {
    expect(nearest('preset', DIRECTIVES)).toBeUndefined()
    expect(nearest('', DIRECTIVES)).toBeUndefined()
  })

  it('takes two neighbours that changed places for one slip', () => {
    expect(nearest('prot', ['host', 'port', 'unix'])).toBe('port')
    expect(nearest('hsot', ['host', 'port', 'unix'])).toBe('host')
    expect(nearest('pots', ['port'])).toBeUndefined()
  })
})
