import { describe, expect, it } from 'vitest'
import { parseMedia } from '../../../src/http/syntax/media.ts'

describe('RFC 9110 §8.3.1, what media types and media ranges have in common', () => {
  it('has names in lower case', () => {
    expect(parseMedia('Text/HTML;Level=A')).toEqual({
      type: 'text',
      subtype: 'html',
      parameters: new Map([['level', 'A']]),
    })
  })

  it.each(['', '/', 'text', 'text/', '/html', 'text /html', 'text/ html', 'text/html/x', 'te(xt/html'])(
    'is not %j',
    (value) => {
      expect(parseMedia(value)).toBeUndefined()
    },
  )
})
