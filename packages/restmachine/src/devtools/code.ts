import { type Token, TokenReader } from '../injection/tokens.ts'

/** What a function looks like from outside: its source without comments. */
export interface Code {
  readonly tokens: readonly Token[]
  /** All tokens, a space between; the whole source where some of it could not be read. */
  readonly text: string
}

/** A function that the code calls, or a class of which it makes an object. */
export interface Call {
  /** `readFile` of `fs.readFile(…)`. */
  readonly name: string
  /** `fs` of `fs.readFile(…)`, `db.users` of `db.users.all()`, `…` of `query().all()`; empty when nothing stands before. */
  readonly on: string
  readonly isNew: boolean
  /** Each argument as its tokens. */
  readonly given: readonly (readonly Token[])[]
  /** Where its name stands among the tokens. */
  readonly at: number
}

/** Reads the source of a function, as far as it can be read with certainty. */
export function readCode(source: string): Code {
  const reader = new TokenReader(source)
  const tokens: Token[] = []
  for (;;) {
    const token = reader.next()
    if (token.kind === 'unreadable') return { tokens, text: source }
    if (token.kind === 'end') return { tokens, text: tokens.map(({ text }) => text).join(' ') }
    tokens.push(token)
  }
}

/** The calls in a function, in the order in which they are written. */
export function callsIn({ tokens }: Code): readonly Call[] {
  const calls: Call[] = []
  // The first parenthesis is that of the parameter list.
  const head = tokens.findIndex(({ text }) => text === '(')
  for (let index = head + 1; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind !== 'name') continue
    const start = startOfPath(tokens, index)
    const before = tokens[start - 1]?.text
    const isNew = before === 'new'
    const open = openingAfter(tokens, index, start)
    if (before === 'function' || (open === undefined && !(isNew && !isDot(tokens[index + 1])))) continue
    const on = pathBefore(tokens, start, index)
    calls.push({
      name: token.text,
      on,
      isNew,
      given: open === undefined ? [] : argumentsFrom(tokens, open),
      at: index,
    })
  }
  return calls
}

/** The keys of an object written out; `undefined` when it is none, or spreads another. */
export function keysOf(tokens: readonly Token[]): readonly string[] | undefined {
  if (tokens[0]?.text !== '{' || closing(tokens, 0) !== tokens.length - 1) return undefined
  const members = divide(tokens.slice(1, -1))
  const keys = members.map(([first]) => first)
  if (keys.some((key) => key === undefined || (key.kind !== 'name' && key.kind !== 'string')))
    return undefined
  return keys.map((key) => key?.text.replace(/^['"]|['"]$/g, '') ?? '')
}

/** What stands in the strings and templates of a function. */
export function textsIn({ tokens }: Code): readonly string[] {
  return tokens
    .filter(({ kind }) => kind === 'string' || kind === 'template')
    .map(({ text }) => text.slice(1, -1))
}

/** Where the bracket that opens at `index` is closed; behind the last token when it is not. */
export function closing(tokens: readonly Token[], index: number): number {
  let depth = 0
  for (let at = index; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token
    if (kind !== 'mark') continue
    if ('([{'.includes(text)) depth++
    else if (')]}'.includes(text) && --depth === 0) return at
  }
  return tokens.length
}

/** Where `fs` stands in `fs.promises.readFile`, seen from `readFile`. */
function startOfPath(tokens: readonly Token[], index: number): number {
  let start = index
  while (isDot(tokens[start - 1]) && tokens[start - 2]?.kind === 'name') start -= 2
  return start
}

function pathBefore(tokens: readonly Token[], start: number, index: number): string {
  const names = tokens.slice(start, index).filter(({ kind }) => kind === 'name')
  const rest = isDot(tokens[start - 1]) ? ['…'] : []
  return [...rest, ...names.map(({ text }) => text)].join('.')
}

/** The parenthesis that calls the name at `index`: also in `(0, fs.readFile)(…)`, as bundlers write it. */
function openingAfter(tokens: readonly Token[], index: number, start: number): number | undefined {
  const [one, two] = tokens.slice(index + 1, index + 3).map(({ text }) => text)
  if (one === '(') return index + 1
  if (one === '?.' && two === '(') return index + 2
  const isBare = tokens[start - 1]?.text === ',' && tokens[start - 2]?.text === '0'
  return isBare && one === ')' && two === '(' ? index + 2 : undefined
}

function argumentsFrom(tokens: readonly Token[], open: number): readonly (readonly Token[])[] {
  return divide(tokens.slice(open + 1, closing(tokens, open)))
}

/** Divides tokens at the commas that stand in no bracket. */
function divide(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = []
  let part: Token[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token
    if (token.text === ',') {
      parts.push(part)
      part = []
      continue
    }
    const end = token.kind === 'mark' && '([{'.includes(token.text) ? closing(tokens, index) : index
    part.push(...tokens.slice(index, end + 1))
    index = end
  }
  return part.length === 0 ? parts : [...parts, part]
}

function isDot(token: Token | undefined): boolean {
  return token?.text === '.' || token?.text === '?.'
}
