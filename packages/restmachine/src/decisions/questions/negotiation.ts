import { ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, ACCEPT_LANGUAGE } from '../../http/exchange.ts'
import { charsetChooser } from '../../representation/charsets.ts'
import { codingChooser } from '../../representation/codings.ts'
import { languageChooser } from '../../representation/language.ts'
import { negotiator } from '../../representation/negotiation.ts'
import { gated, type QuestionMaker } from '../asking.ts'
import { FieldGate } from '../gates.ts'

/** What the answer will look like. */
export const negotiation = {
  typeAcceptable: ({ offers, settings }) => {
    if (settings.skipContentNegotiation || offers.length === 0) return true
    const choose = negotiator(offers)
    return gated(new FieldGate(ACCEPT), true, (run) => {
      const accept = run.exchange.header('accept')
      if (accept !== undefined) run.offer = choose(accept)
      return run.offer !== undefined
    })
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

  // The field is deprecated and may be passed over (§12.5.2): it counts where charsets are declared.
  charsetAcceptable: ({ charsets }) => {
    const [first] = charsets.list
    if (first === undefined) return true
    const choose = charsetChooser(charsets.list)
    return (run) => {
      const accept = run.exchange.has(ACCEPT_CHARSET) ? run.exchange.header('accept-charset') : undefined
      run.charset = accept === undefined ? first : (choose(accept) ?? (charsets.strict ? undefined : first))
      if (run.charset !== undefined) return true
      run.refusal = { detail: `Charsets there are: ${charsets.list.map(({ name }) => name).join(', ')}` }
      return false
    }
  },

  codingAcceptable: ({ compression }) => {
    if (compression === undefined || compression.codings.length === 0) return true
    const choose = codingChooser(compression.codings)
    return (run) => {
      const { exchange } = run
      const accept = exchange.has(ACCEPT_ENCODING) ? exchange.header('accept-encoding') : undefined
      if (accept === undefined) {
        run.coding = null
        return true
      }
      const { coding, plainRefused } = choose(accept)
      run.coding = coding ?? null
      run.plainRefused = plainRefused
      if (coding !== undefined) return true
      run.refusal = { detail: `Codings there are: ${compression.codings.map(({ name }) => name).join(', ')}` }
      return false
    }
  },
  // Conditions are compared with what is kept, as with any other answer; but what a write compares with is the state
  // that there is.
  answerStored: ({ recall }) => recall !== undefined && ((run) => !run.isForWrite && recall(run)),
} satisfies Record<string, QuestionMaker>
