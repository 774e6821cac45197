import { type Call, callsIn, keysOf } from '../code.ts'
import { aboutFunction, type Rule } from '../rule.ts'

/** Cookies of which nobody has said whether scripts and plain HTTP may see them (RFC 6265 §8.3). */
export const exposedCookie: Rule = ({ functions }) =>
  functions.flatMap((fn) => {
    const missing = callsIn(fn.code)
      .map(missingIn)
      .find(({ length }) => length > 0)
    if (missing === undefined) return []
    const what = `setCookie(…) without ${missing.join(' and ')}`
    const mend = `say ${missing.map((name) => `${name}: true`).join(', ')}; false, where scripts or plain HTTP have to see it`
    return aboutFunction(fn, what, mend)
  })

function missingIn({ name, on, given }: Call): readonly string[] {
  if (name !== 'setCookie' || on === '' || given.length < 2) return []
  const keys = given[2] === undefined ? [] : keysOf(given[2])
  // Attributes that come from elsewhere cannot be seen.
  return keys === undefined ? [] : ['secure', 'httpOnly'].filter((needed) => !keys.includes(needed))
}
