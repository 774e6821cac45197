import { CONTENT_FIELDS } from '../../http/exchange.ts'
import { isOf } from '../../representation/content.ts'
import { must, type Question, type QuestionMaker } from '../asking.ts'
import { noteDetail } from '../notes.ts'

const headersValid = must('validContentHeaders', noteDetail)

/** The content of the request, as far as its header fields tell. */
export const content = {
  hasContent: ({ kind, method, accepts, callback }) => {
    // Content that nobody reads is no concern of ours (RFC 9110 §9.3.1), but for a partial PUT.
    const concerns = accepts.reads || method === 'PUT' || callback('validContentHeaders') !== undefined
    if (kind !== 'route' || !concerns) return false
    return ({ exchange }) => exchange.content.announced
  },

  contentHeadersValid: (facts) => {
    const valid = headersValid(facts)
    if (facts.method === 'QUERY') return typed(valid)
    if (facts.method !== 'PUT') return valid
    // A PUT of a part would be taken for the whole (RFC 9110 §14.5).
    return (run) => {
      if (run.exchange.has(CONTENT_FIELDS) && run.exchange.header('content-range') !== undefined) return false
      return valid === true || (valid as Question)(run)
    }
  },

  // A length is never demanded: chunked content has none (RFC 9112 §6.3).
  contentLengthGiven: () => true,

  contentFits: ({ limits, accepts }) =>
    accepts.reads ? ({ exchange }) => (exchange.content.length ?? 0) <= limits.content : true,

  contentCodingKnown: ({ accepts }) =>
    accepts.reads
      ? (run) => {
          if (!run.exchange.has(CONTENT_FIELDS)) return true
          const coding = run.exchange.header('content-encoding')
          if (coding === undefined || coding.toLowerCase() === 'identity') return true
          run.refusal = { detail: 'No content coding is read', headers: ['accept-encoding', 'identity'] }
          return false
        }
      : true,

  contentTypeKnown: ({ accepts }) => {
    const { reads, types } = accepts
    if (!reads || types === 'any') return true
    return ({ mediaType }) => mediaType !== null && types.some((type) => isOf(mediaType, type))
  },

  isOptions: ({ kind }) => kind === 'options',
} satisfies Record<string, QuestionMaker>

// The content of a query is the query: without a type it means nothing (RFC 10008).
function typed(valid: Question | boolean): Question {
  return (run) => {
    if (run.exchange.header('content-type') === undefined) {
      run.refusal = { detail: 'The content of QUERY needs a Content-Type' }
      return false
    }
    return valid === true || (valid as Question)(run)
  }
}
