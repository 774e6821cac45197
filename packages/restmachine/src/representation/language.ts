import { type LanguageRange, parseAcceptLanguage } from '../http/accept-language.ts'
import { remembering } from './remembering.ts'

/**
 * Makes the function that picks a language for a value of `Accept-Language`: by lookup, the first one when
 * nothing fits, because an answer in another language is better than none (RFC 9110 §12.5.4), and one that is
 * not refused the better one.
 *
 * @param languages The languages there are, the default one first.
 *
 * @see RFC 4647 §3.4
 */
export function languageChooser(languages: readonly string[]): (accept: string) => string {
  return remembering((accept) => lookUp(languages, parseAcceptLanguage(accept)) as string)
}

function lookUp(languages: readonly string[], ranges: readonly LanguageRange[]): string | undefined {
  const wanted = ranges
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
  const open = languages.filter((language) => !isRefused(language.toLowerCase(), ranges))
  for (const { tag } of wanted) {
    if (tag === '*') break
    for (const shorter of truncations(tag)) {
      const found = open.find((language) => language.toLowerCase() === shorter)
      if (found !== undefined) return found
    }
    // Who asks for French does not mind which.
    const narrower = open.find((language) => language.toLowerCase().startsWith(`${tag}-`))
    if (narrower !== undefined) return narrower
  }
  return open[0] ?? languages[0]
}

/** Whether the closest of the ranges around a language refuses it: `fr;q=0` refuses `fr-ca`, too. */
function isRefused(language: string, ranges: readonly LanguageRange[]): boolean {
  let closest: LanguageRange | undefined
  for (const range of ranges) {
    if (language !== range.tag && !language.startsWith(`${range.tag}-`)) continue
    const length = closest?.tag.length ?? 0
    if (range.tag.length > length || (range.tag.length === length && range.quality === 0)) closest = range
  }
  return closest?.quality === 0
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
