import { ACCEPT } from '../../http/exchange.ts'
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

  // These come alive with representations in several languages, charsets and codings.
  languageAcceptable: () => true,
  charsetAcceptable: () => true,
  codingAcceptable: () => true,
} satisfies Record<string, QuestionMaker>
