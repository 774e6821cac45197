import { ACCEPT, ACCEPT_LANGUAGE } from '../../http/exchange.ts'
import { languageChooser } from '../../representation/language.ts'
import { negotiator } from '../../representation/negotiation.ts'
import type { QuestionMaker } from '../asking.ts'

/** What the answer will look like. */
export const negotiation = {
  typeAcceptable: ({ offers, settings }) => {
    if (settings.skipContentNegotiation || offers.length === 0) return true
    const choose = negotiator(offers)
    return (run) => {
      const accept = run.exchange.has(ACCEPT) ? run.exchange.header('accept') : undefined
      if (accept !== undefined) run.offer = choose(accept)
      return run.offer !== undefined
    }
  },

  // The default language is better than none, so nobody is refused for a language (RFC 9110 §12.5.4).
  languageAcceptable: ({ languages }) => {
    const [first] = languages
    if (first === undefined) return true
    const choose = languageChooser(languages)
    return (run) => {
      const accept = run.exchange.has(ACCEPT_LANGUAGE) ? run.exchange.header('accept-language') : undefined
      run.language = accept === undefined ? first : choose(accept)
      return true
    }
  },

  // These come alive with representations in several charsets and codings.
  charsetAcceptable: () => true,
  codingAcceptable: () => true,
} satisfies Record<string, QuestionMaker>
