/** Where a text stops being JSON. */
export interface JsonFault {
  /** Index into the text; its length when the text ends too early. */
  readonly at: number
  /** What should have stood there, in words. */
  readonly expected: string
}

// Parts of the grammar of RFC 8259 §3, §6 and §7.
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y
const SPACE = /[ \t\n\r]*/y

/**
 * Finds the first place where a text breaks the grammar of JSON.
 *
 * It is for texts that `JSON.parse` has refused: what the engines tell differs between them, often has
 * no position, and repeats the text. It calls itself for each level of nesting, so check the depth before.
 *
 * @returns The fault, or `undefined` when the text is JSON.
 *
 * @example
 * ```ts
 * locateJsonFault('{"a" 1}')
 * // { at: 5, expected: '":"' }
 * ```
 */
export function locateJsonFault(text: string): JsonFault | undefined {
  let at = 0

  function accept(grammar: RegExp): boolean {
    grammar.lastIndex = at
    if (!grammar.test(text)) return false
    at = grammar.lastIndex
    return true
  }

  function acceptMark(mark: string): boolean {
    accept(SPACE)
    if (text[at] !== mark) return false
    at++
    return true
  }

  // Each of these reads one thing, and returns what it expected but did not find.
  function value(): string | undefined {
    if (acceptMark('{')) return list('}', member)
    if (acceptMark('[')) return list(']', value)
    if (acceptMark('"')) return string()
    return accept(SCALAR) ? undefined : 'a value'
  }

  function list(close: string, item: () => string | undefined): string | undefined {
    if (acceptMark(close)) return undefined
    do {
      const missing = item()
      if (missing !== undefined) return missing
    } while (acceptMark(','))
    return acceptMark(close) ? undefined : `"," or "${close}"`
  }

  function member(): string | undefined {
    if (!acceptMark('"')) return 'a name in double quotes'
    return string() ?? (acceptMark(':') ? value() : '":"')
  }

  function string(): string | undefined {
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (code === 0x5c) {
        if (!accept(ESCAPE)) return 'a known escape'
      } else if (code < 0x20) return 'an escape instead of a control character'
      else {
        at++
        if (code === 0x22) return undefined
      }
    }
    return 'a closing double quote'
  }

  const missing = value()
  if (missing !== undefined) return { at, expected: missing }
  accept(SPACE)
  return at === text.length ? undefined : { at, expected: 'the end' }
}
