/** What a token is. `unreadable` is text that has two readings here, or none; nothing comes after it. */
type TokenKind = 'name' | 'string' | 'number' | 'template' | 'regex' | 'mark' | 'end' | 'unreadable'

/** One token of JavaScript source. */
export interface Token {
  readonly kind: TokenKind
  /** The text as it is written, but escapes in a name are decoded: `\u0064b` is `db`. */
  readonly text: string
  /** Where the token ends in the source. */
  readonly end: number
  /** Whether a line ends between the token before and this one. */
  readonly afterNewline: boolean
}

/** What a slash would mean after the tokens read so far. */
type Slash = 'divides' | 'regex' | 'unsure'

const BLANK = /(?:\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y
const NEWLINE = /[\n\r\u2028\u2029]/
const NAME =
  /#?(?:[$_\p{ID_Start}]|\\u[\dA-Fa-f]{4}|\\u\{[\dA-Fa-f]+\})(?:[$\p{ID_Continue}]|\u200c|\u200d|\\u[\dA-Fa-f]{4}|\\u\{[\dA-Fa-f]+\})*/uy
const NUMBER = /0[xob][\da-f_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?[\d_]+)?n?/iy
const STRING =
  /"[^"\\\n\r]*(?:\\(?:\r\n|[\s\S])[^"\\\n\r]*)*"|'[^'\\\n\r]*(?:\\(?:\r\n|[\s\S])[^'\\\n\r]*)*'/y
const REGEX = /\/(?![*/])(?:[^\\/[\n\r\u2028\u2029]|\\.|\[(?:[^\]\\\n\r\u2028\u2029]|\\.)*\])+\/[\w$]*/y
const TEMPLATE_TEXT = /[^`\\$]*(?:(?:\\[\s\S]|\$(?!\{))[^`\\$]*)*/y
// Only the marks that mean something else than their characters one by one.
const MARK = /\.\.\.|=>|\+\+|--|\?\.(?!\d)|[{}()[\];,<>=+\-*/%&|^!~?:.@]/y
// Scripts, but not modules, read these as comments.
const HTML_COMMENT = /<!--|-->/y

const EXPRESSION_FOLLOWS: ReadonlySet<string> = new Set(
  'return typeof instanceof in new delete void throw case do else default extends'.split(' '),
)
// Names outside generators, async functions and for loops; words of the language inside.
const SOMETIMES_WORDS: ReadonlySet<string> = new Set(['yield', 'await', 'of'])
const STATEMENT_FOLLOWS: ReadonlySet<string> = new Set(['if', 'while', 'for', 'with'])

const CLOSER: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/**
 * Reads JavaScript source token by token, no further than it is asked to.
 *
 * The source must be text that an engine has already accepted. Whether a slash divides or opens a
 * regular expression follows from the tokens before it; where that would take a whole parser (after a
 * `}`, for one) the slash is `unreadable`.
 */
export class TokenReader {
  readonly #source: string
  #position: number
  #slash: Slash = 'regex'
  #previous = ''
  readonly #afterClosers: Slash[] = []
  #peeked: Token | undefined

  constructor(source: string, position = 0) {
    this.#source = source
    this.#position = position
  }

  /** Where the last token that was taken ends. */
  get position(): number {
    return this.#position
  }

  /** The next token, which stays the next one. */
  peek(): Token {
    this.#peeked ??= this.#read()
    return this.#peeked
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek()
    this.#peeked = undefined
    this.#position = token.end
    this.#note(token)
    return token
  }

  /** Takes the next token when it is written `text`. */
  take(text: string): boolean {
    const found = this.peek().text === text
    if (found) this.next()
    return found
  }

  /** Takes tokens up to the first of `marks` that stands in no bracket; `false` when there is none. */
  skipTo(...marks: readonly string[]): boolean {
    const open: string[] = []
    for (;;) {
      const { kind, text } = this.peek()
      if (kind === 'end' || kind === 'unreadable') return false
      if (kind === 'mark') {
        if (open.length === 0 && marks.includes(text)) return true
        const closer = CLOSER[text]
        if (closer !== undefined) open.push(closer)
        else if ((text === ')' || text === ']' || text === '}') && open.pop() !== text) return false
      }
      this.next()
    }
  }

  #read(): Token {
    const start = this.#match(BLANK, this.#position) ?? this.#position
    const afterNewline = NEWLINE.test(this.#source.slice(this.#position, start))
    const token = (kind: TokenKind, end: number | undefined): Token => {
      if (end === undefined) return { kind: 'unreadable', text: '', end: this.#position, afterNewline }
      const text = this.#source.slice(start, end)
      return { kind, text: kind === 'name' ? decodeName(text) : text, end, afterNewline }
    }

    const first = this.#source[start]
    if (first === undefined) return token('end', start)
    if (first === '"' || first === "'") return token('string', this.#match(STRING, start))
    if (first === '`') return token('template', this.#endOfTemplate(start))
    if (first === '/' && this.#slash === 'regex') return token('regex', this.#match(REGEX, start))
    if (first === '/' && this.#slash === 'unsure') return token('unreadable', undefined)
    if (this.#match(HTML_COMMENT, start) !== undefined && (first === '<' || afterNewline)) {
      return token('unreadable', undefined)
    }
    const number = this.#match(NUMBER, start)
    if (number !== undefined) return token('number', number)
    const name = this.#match(NAME, start)
    if (name !== undefined) return token('name', name)
    return token('mark', this.#match(MARK, start))
  }

  #match(pattern: RegExp, start: number): number | undefined {
    pattern.lastIndex = start
    return pattern.test(this.#source) ? pattern.lastIndex : undefined
  }

  #endOfTemplate(start: number): number | undefined {
    let position = start + 1
    for (;;) {
      position = this.#match(TEMPLATE_TEXT, position) ?? position
      if (this.#source[position] === '`') return position + 1
      if (this.#source[position] !== '$') return undefined
      const substitution = new TokenReader(this.#source, position + '${'.length)
      if (!substitution.skipTo('}')) return undefined
      position = substitution.next().end
    }
  }

  #note({ kind, text, afterNewline }: Token): void {
    const isProperty = this.#previous === '.' || this.#previous === '?.'
    if (kind === 'name') this.#slash = isProperty ? 'divides' : afterName(text)
    else if (kind !== 'mark') this.#slash = 'divides'
    else if (text === '(') {
      this.#afterClosers.push(afterParentheses(this.#previous))
      this.#slash = 'regex'
    } else if (text === '[' || text === '{') {
      // After a block a regular expression may stand, after an object a division.
      this.#afterClosers.push(text === '[' ? 'divides' : 'unsure')
      this.#slash = 'regex'
    } else if (text === ')' || text === ']' || text === '}') {
      this.#slash = this.#afterClosers.pop() ?? 'unsure'
    } else if (text === '++' || text === '--') {
      // `a++ / 2` and `++/a/.lastIndex`; on a new line it belongs to what follows.
      if (afterNewline) this.#slash = 'unsure'
    } else this.#slash = 'regex'
    this.#previous = isProperty && kind === 'name' ? '' : text
  }
}

function afterName(name: string): Slash {
  if (SOMETIMES_WORDS.has(name)) return 'unsure'
  return EXPRESSION_FOLLOWS.has(name) ? 'regex' : 'divides'
}

function afterParentheses(before: string): Slash {
  if (before === 'await') return 'unsure' // `for await (…)`, or `await (…)`
  return STATEMENT_FOLLOWS.has(before) ? 'regex' : 'divides'
}

/** The property that `token` names as the key of an object; `undefined` when it is no key or cannot be told. */
export function keyOf({ kind, text }: Token): string | undefined {
  if (kind === 'name') return text.startsWith('#') ? undefined : text
  if (kind === 'string') return decodeString(text.slice(1, -1))
  if (kind !== 'number' || /^0\d/.test(text)) return undefined // 010 is 8, and 08 is 8
  const digits = text.replaceAll('_', '')
  return digits.endsWith('n') ? String(BigInt(digits.slice(0, -1))) : String(Number(digits))
}

const ESCAPE = /\\(?:u\{([\dA-Fa-f]+)\}|u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2})|(\r\n|[\s\S]))/g
const ESCAPED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
}

function decodeName(text: string): string {
  return text.includes('\\') ? text.replace(ESCAPE, decodeEscape) : text
}

function decodeString(text: string): string | undefined {
  if (!text.includes('\\')) return text
  const isOctal = /(?:^|[^\\])(?:\\\\)*\\(?:[1-9]|0\d)/.test(text)
  return isOctal ? undefined : text.replace(ESCAPE, decodeEscape)
}

function decodeEscape(_all: string, braced?: string, four?: string, two?: string, other = ''): string {
  const code = braced ?? four ?? two
  if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
  return NEWLINE.test(other) ? '' : (ESCAPED[other] ?? other)
}
