import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccept } from '../../src/http/accept.ts'
import { parseAllow } from '../../src/http/allow.ts'
import { parseChallenges, parseCredentials } from '../../src/http/authenticate.ts'
import { parseContentLength } from '../../src/http/content-length.ts'
import { parseEntityTag, parseEntityTags } from '../../src/http/entity-tag.ts'
import { isFieldName, isFieldValue } from '../../src/http/field.ts'
import { parseHost } from '../../src/http/host.ts'
import { parseHttpDate } from '../../src/http/http-date.ts'
import { parseMediaType } from '../../src/http/media-type.ts'
import { splitList } from '../../src/http/syntax/list.ts'
import { parseParameters } from '../../src/http/syntax/parameters.ts'
import { parseQuotedString } from '../../src/http/syntax/quoted-string.ts'
import { parseWeight } from '../../src/http/syntax/weight.ts'
import { parseTarget } from '../../src/http/target.ts'
import { parseTraceparent } from '../../src/http/traceparent.ts'
import { mergeVary, parseVary } from '../../src/http/vary.ts'
import { anyText, expectLinear } from './hostile.ts'

const parsers: Readonly<Record<string, (value: string) => unknown>> = {
  isFieldName,
  isFieldValue,
  mergeVary,
  parseAccept,
  parseAllow,
  parseChallenges,
  parseContentLength,
  parseCredentials,
  parseEntityTag,
  parseEntityTags,
  parseHost,
  parseHttpDate: (value) => parseHttpDate(value),
  parseMediaType,
  parseParameters: (value) => parseParameters(value, 0),
  parseQuotedString,
  parseTarget,
  parseTraceparent,
  parseVary,
  parseWeight,
  splitList,
}

describe.each(Object.entries(parsers))('%s', (_, parse) => {
  it('never throws', () => {
    fc.assert(fc.property(anyText, (value) => void parse(value)))
    const million = 1_000_000
    for (const unit of ['a', '"', '"\\a', ',', ' ', '0', '%41', '[', 'a=']) {
      expect(() => parse(unit.repeat(million))).not.toThrow()
      expect(() => parse(`"${unit.repeat(million)}"`)).not.toThrow()
      expect(() => parse(`/${unit.repeat(million)}`)).not.toThrow()
    }
  })

  it('takes linear time', () => {
    expectLinear(parse)
  })
})

describe('expectLinear', () => {
  it('catches a split at a pattern that backs up over whitespace', () => {
    expect(() => expectLinear((value) => value.split(/\s*,\s*/))).toThrow()
  })
})
