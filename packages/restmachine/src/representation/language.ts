import { type LanguageRange, parseAcceptLanguage } from '../http/accept-language.ts'

/** How many values of `Accept-Language` one route remembers; clients choose them, so the number is bounded. */
export const MAX_REMEMBERED_LANGUAGES = 100

/**
 * Makes the function that picks a language for a value of `Accept-Language`: by lookup, the first one when
 * nothing fits, because an answer in another language is better than none (RFC 9110 §12.5.4).
 *
 * @param languages The languages there are, the default one first.
 *
 * @see RFC 4647 §3.4
 */
export function languageChooser(languages: readonly string[]): (accept: string) => string {
  const remembered = new Map<string, string>()
  return (accept) => {
    const known = remembered.get(accept)
    if (known !== undefined) return known
    const chosen = lookUp(languages, parseAcceptLanguage(accept)) ?? (languages[0] as string)
    if (remembered.size >= MAX_REMEMBERED_LANGUAGES) remembered.clear()
    if (accept.length <= 256) remembered.set(accept, chosen)
    return chosen
  }
}

function lookUp(languages: readonly string[], ranges: readonly LanguageRange[]): string | undefined {
  const refused = new Set(ranges.filter(({ quality }) => quality === 0).map(({ tag }) => tag))
  const wanted = ranges
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
  const open = languages.filter((language) => !refused.has(language.toLowerCase()))
  for (const { tag } of wanted) {
    if (tag === '*') return open[0]
    for (const shorter of truncations(tag)) {
      const found = open.find((language) => language.toLowerCase() === shorter)
      if (found !== undefined) return found
    }
    // Who asks for French does not mind which.
    const narrower = open.find((language) => language.toLowerCase().startsWith(`${tag}-`))
    if (narrower !== undefined) return narrower
  }
  return undefined
}

/** `zh-hant-cn` → `zh-hant-cn`, `zh-hant`, `zh`; a single letter goes with what followed it. */
function truncations(tag: string): readonly string[] {
  const parts = tag.split('-')
  const shorter: string[] = []
  while (parts.length > 0) {
    shorter.push(parts.join('-'))
    parts.pop()
    if (parts.length > 1 && parts.at(-1)?.length === 1) parts.pop()
  }
  return shorter
}
