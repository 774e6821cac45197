import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccept } from '../../src/http/accept.ts'
import { parseAcceptCharset } from '../../src/http/accept-charset.ts'
import { parseAcceptEncoding } from '../../src/http/accept-encoding.ts'
import { parseAcceptLanguage } from '../../src/http/accept-language.ts'
import { parseRequestedHeaders } from '../../src/http/access-control.ts'
import { parseAllow } from '../../src/http/allow.ts'
import { parseChallenges, parseCredentials } from '../../src/http/authenticate.ts'
import { parseCacheControl, parseDeltaSeconds } from '../../src/http/cache-control.ts'
import { parseContentLength } from '../../src/http/content-length.ts'
import { parseCookies } from '../../src/http/cookie.ts'
import { parseDigest, parseWantedDigests } from '../../src/http/digest.ts'
import { parseEntityTag, parseEntityTags } from '../../src/http/entity-tag.ts'
import { formatComment, formatEvent, parseLastEventId } from '../../src/http/event-stream.ts'
import { isFieldName, isFieldValue } from '../../src/http/field.ts'
import { addressOfNode, parseForwarded } from '../../src/http/forwarded.ts'
import { parseHost } from '../../src/http/host.ts'
import { parseHttpDate } from '../../src/http/http-date.ts'
import { parseIfRange } from '../../src/http/if-range.ts'
import { parseLink } from '../../src/http/link.ts'
import { parseMediaType } from '../../src/http/media-type.ts'
import { parseOrigin } from '../../src/http/origin.ts'
import { parsePrefer } from '../../src/http/prefer.ts'
import { parseRange } from '../../src/http/range.ts'
import { formatExtendedValue, parseExtendedValue } from '../../src/http/syntax/extended-value.ts'
import { splitList } from '../../src/http/syntax/list.ts'
import { parseParameters } from '../../src/http/syntax/parameters.ts'
import { parseQuotedString } from '../../src/http/syntax/quoted-string.ts'
import { parseWeight } from '../../src/http/syntax/weight.ts'
import { parseWishes } from '../../src/http/syntax/wish.ts'
import { parseTarget } from '../../src/http/target.ts'
import { parseTraceparent } from '../../src/http/traceparent.ts'
import { mergeVary, parseVary } from '../../src/http/vary.ts'
import { anyText, expectLinear } from './hostile.ts'

const parsers: Readonly<Record<string, (value: string) => unknown>> = {
  formatComment,
  formatEvent: (value) => formatEvent({ data: value }),
  formatExtendedValue,
  isFieldName,
  isFieldValue,
  mergeVary,
  parseAccept,
  parseAcceptCharset,
  parseAcceptEncoding,
  parseAcceptLanguage,
  parseAllow,
  parseCacheControl,
  parseChallenges,
  parseContentLength,
  parseCookies,
  parseCredentials,
  parseDeltaSeconds,
  parseDigest,
  parseEntityTag,
  parseEntityTags,
  parseExtendedValue,
  addressOfNode,
  parseForwarded,
  parseHost,
  parseHttpDate: (value) => parseHttpDate(value),
  parseIfRange,
  parseLastEventId,
  parseLink,
  parseMediaType,
  parseOrigin,
  parseParameters: (value) => parseParameters(value, 0),
  parsePrefer,
  parseQuotedString,
  parseRange,
  parseRequestedHeaders,
  parseTarget,
  parseTraceparent,
  parseVary,
  parseWantedDigests,
  parseWeight,
  parseWishes,
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
