import { keyOf, TokenReader } from './tokens.ts'

/** Any function, whatever it takes. */
export type AnyFunction = (...args: never[]) => unknown

/** One name that a function asks for. */
export interface Parameter {
  readonly name: string
  /** Whether the pattern gives a default value, so that the function does without. */
  readonly optional: boolean
}

/** Why the names of a function cannot be read. */
export type RefusalReason = 'rest' | 'whole' | 'native' | 'lowered' | 'computed' | 'class' | 'unreadable'

/** The names of a function cannot be read, and a guess would be worse than an error. */
export interface Refusal {
  readonly refused: RefusalReason
  /** The source seen, shortened. */
  readonly text: string
  /** The likely cause, as a clause. */
  readonly cause: string
  /** What to do about it, as a clause. */
  readonly mend: string
}

/** The names that a function asks for, or why they cannot be read. */
export type Reading = { readonly names: readonly Parameter[] } | Refusal

const STATE_THEM = "state the names: inject(['db'], fn)"
const LOWERED_MEND = `set the compiler's target to ES2022 or newer, or ${STATE_THEM}`

/** Every way to refuse. Some share a reason, and differ in what they advise. */
const REFUSALS = {
  restElement: {
    refused: 'rest',
    cause: 'a rest element asks for everything, but names are provided one by one',
    mend: `list the names: ({ db, user }) => …, or ${STATE_THEM}`,
  },
  restParameter: {
    refused: 'rest',
    cause: 'a function of (...args) is a wrapper, and hides the names that the function behind it asks for',
    mend: STATE_THEM,
  },
  whole: {
    refused: 'whole',
    cause: 'the first parameter is not a pattern, so nothing says which names are needed',
    mend: `take the names apart in the parameter list: ({ db }) => …, or ${STATE_THEM}`,
  },
  wholeLowered: { refused: 'whole', cause: 'this looks lowered to ES5 by a compiler', mend: LOWERED_MEND },
  lowered: {
    refused: 'lowered',
    cause: 'this passes its arguments on, as wrappers do, and async functions lowered by a compiler',
    mend: LOWERED_MEND,
  },
  loweredGenerator: {
    refused: 'lowered',
    cause:
      'this was a generator, and a compiler made a plain function of it, which cannot be told from others',
    mend: "set the compiler's target to ES2022 or newer",
  },
  native: {
    refused: 'native',
    cause: 'a bound or built-in function does not show its source',
    mend: `pass the function itself, or ${STATE_THEM}`,
  },
  computed: {
    refused: 'computed',
    cause: 'a computed key is known only when the function runs',
    mend: `write the name out: ({ db }) => …, or ${STATE_THEM}`,
  },
  class: {
    refused: 'class',
    cause: 'a class cannot be called without new',
    mend: 'wrap it: ({ db }) => new Users(db)',
  },
  unreadable: {
    refused: 'unreadable',
    cause: 'this is no form of function that can be read with certainty',
    mend: `begin with a plain pattern: ({ db }) => …, or ${STATE_THEM}`,
  },
} as const satisfies Readonly<Record<string, Omit<Refusal, 'text'>>>

type Fault = keyof typeof REFUSALS

/** What stands first in a parameter list. */
type First =
  | { readonly is: 'nothing' }
  | { readonly is: 'pattern'; readonly names: readonly Parameter[] }
  | { readonly is: 'name' | 'rest'; readonly name: string }

/** A function up to its body. */
interface Head {
  readonly first: First
  /** An arrow function has no `arguments` of its own. */
  readonly isArrow: boolean
}

/**
 * Reads the names that `fn` asks for: the keys of the pattern that is its first parameter. The source is
 * read as far as the parameter list goes, and never guessed at.
 *
 * @example
 * ```ts
 * readParameters(({ db, user: me, cache = null }) => db)
 * // { names: [{ name: 'db', optional: false }, { name: 'user', optional: false }, { name: 'cache', optional: true }] }
 * ```
 */
export function readParameters(fn: AnyFunction): Reading {
  const source = Function.prototype.toString.call(fn)
  const plain = readPlain(source)
  if (plain !== undefined) return { names: plain }
  const read = isNative(source) ? 'native' : readNames(source)
  if (typeof read !== 'string') return { names: read }
  return { ...REFUSALS[read], text: excerpt(source) }
}

// Most functions: `() =>`, `({ db, user }) =>`, `async ({ db }) =>`. One expression reads them in a tenth of the time
// that tokens take, and whatever it does not know is left to these. An arrow function was no generator.
const PLAIN =
  /^(?:async\s*)?\(\s*(?:\{\s*([A-Za-z_$][\w$]*(?:\s*,\s*[A-Za-z_$][\w$]*)*)?\s*,?\s*\}\s*,?\s*)?\)\s*=>/
const COMMA = /\s*,\s*/

function readPlain(source: string): readonly Parameter[] | undefined {
  const found = PLAIN.exec(source)
  if (found === null) return undefined
  const [, names] = found
  return names === undefined ? NONE : names.split(COMMA).map((name) => ({ name, optional: false }))
}

const NONE: readonly Parameter[] = []

function readNames(source: string): readonly Parameter[] | Fault {
  const tokens = new TokenReader(source)
  const head = readHead(tokens)
  if (typeof head === 'string') return head
  const body = tokens.position
  if (wasGenerator(new TokenReader(source, body))) return 'loweredGenerator'
  if (head.first.is === 'pattern') return head.first.names
  if (isEmpty(head, source, body)) return []

  const helper = enterWrapper(tokens, head)
  if (helper === undefined) return faultOf(head, source.slice(body, body + 200))
  if (!FORWARDING_HELPERS.has(helper)) return 'lowered'
  const inner = readHead(tokens)
  if (typeof inner === 'string') return inner
  if (inner.first.is === 'pattern') return inner.first.names
  // A generator without parameters sees those of its wrapper, so that both must be empty.
  return head.first.is === 'nothing' && isEmpty(inner, source, tokens.position) ? [] : 'lowered'
}

// No user's source can end like this: `native code` would have to stand in a string, comment or regular expression.
function isNative(source: string): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(source.slice(-50))
}

/** Reads up to the body of the function: behind its `=>` or `{`. */
function readHead(tokens: TokenReader): Head | Fault {
  if (tokens.take('class') && tokens.peek().text !== '(') return 'class'

  // Whatever stands before the list (async, function, get, *, a name), the last name is the parameter of `name => …`.
  let name = ''
  while (!tokens.take('(')) {
    const { kind, text } = tokens.next()
    if (kind === 'name') name = text
    else if (text === '=>') return { first: { is: 'name', name }, isArrow: true }
    else if (text === '[') {
      if (!tokens.skipTo(']')) return 'unreadable'
      tokens.next()
    } else if (text !== '*' && kind !== 'string' && kind !== 'number') return 'unreadable'
  }

  const first = readFirst(tokens)
  if (typeof first === 'string') return first
  if (!tokens.skipTo(')')) return 'unreadable'
  tokens.next()
  const { text } = tokens.next()
  return text === '=>' || text === '{' ? { first, isArrow: text === '=>' } : 'unreadable'
}

/** Reads the first parameter, up to the comma or parenthesis behind it. */
function readFirst(tokens: TokenReader): First | Fault {
  if (tokens.peek().text === ')') return { is: 'nothing' }
  if (tokens.take('{')) {
    const names = readPattern(tokens)
    if (typeof names === 'string') return names
    return endsParameter(tokens) ? { is: 'pattern', names } : 'unreadable'
  }
  const is = tokens.take('...') ? 'rest' : 'name'
  const { kind, text: name } = tokens.next()
  if (kind !== 'name') return is === 'rest' ? 'restParameter' : 'unreadable'
  return endsParameter(tokens) ? { is, name } : 'unreadable'
}

/** Takes the default value of a parameter, if there is one. */
function endsParameter(tokens: TokenReader): boolean {
  if (tokens.take('=') && !tokens.skipTo(',', ')')) return false
  const { text } = tokens.peek()
  return text === ',' || text === ')'
}

/** Reads the properties of a pattern, from behind its `{` to behind its `}`. */
function readPattern(tokens: TokenReader): readonly Parameter[] | Fault {
  const optional = new Map<string, boolean>()
  while (!tokens.take('}')) {
    if (tokens.peek().text === '...') return 'restElement'
    if (tokens.peek().text === '[') return 'computed'
    const key = tokens.next()
    const name = keyOf(key)
    if (name === undefined) return 'unreadable'
    if (tokens.take(':') ? !takeTarget(tokens) : key.kind !== 'name') return 'unreadable'

    const hasDefault = tokens.take('=')
    if (hasDefault && !tokens.skipTo(',', '}')) return 'unreadable'
    if (!tokens.take(',') && tokens.peek().text !== '}') return 'unreadable'
    optional.set(name, hasDefault && optional.get(name) !== false)
  }
  return Array.from(optional, ([name, hasDefault]) => ({ name, optional: hasDefault }))
}

/** Takes what a property is bound to: a name or a pattern. */
function takeTarget(tokens: TokenReader): boolean {
  const { kind, text } = tokens.next()
  if (kind === 'name') return true
  if (text !== '{' && text !== '[') return false
  return tokens.skipTo(text === '{' ? '}' : ']') && tokens.next().kind === 'mark'
}

/** Whether a function takes nothing: it has no parameters, nor reads `arguments` instead. */
function isEmpty({ first, isArrow }: Head, source: string, body: number): boolean {
  if (first.is !== 'nothing') return false
  if (isArrow || !source.includes('arguments', body)) return true
  const tokens = new TokenReader(source, body)
  for (let before = ''; ; ) {
    const { kind, text } = tokens.next()
    if (kind === 'end') return true
    if (kind === 'unreadable' || (text === 'arguments' && before !== '.')) return false
    before = text
  }
}

// What compilers call to imitate a generator: TypeScript and esbuild, Babel, swc.
const GENERATOR_HELPERS: ReadonlySet<string> = new Set([
  ...['__asyncGenerator', '__generator', '_wrapAsyncGenerator', '_wrap_async_generator', '_ts_generator'],
  ...['_regenerator', '_regeneratorRuntime', 'regeneratorRuntime'],
])

/** Whether the body begins by returning an imitation of a generator. */
function wasGenerator(tokens: TokenReader): boolean {
  if (!tokens.take('return')) return false
  const { text } = tokens.next()
  return GENERATOR_HELPERS.has(tokens.take('.') ? tokens.next().text : text) || GENERATOR_HELPERS.has(text)
}

// TypeScript's and esbuild's helpers for async functions, which call the generator with the arguments they are given.
const FORWARDING_HELPERS: ReadonlySet<string> = new Set(['__awaiter', '__async'])

/**
 * Reads `return helper(this, arguments, function* …` or `helper(null, [_0], function* …` up to
 * `function`, where `_0` is the first parameter of the function around it.
 *
 * @returns The name of the helper, or `undefined` when the body has another form.
 */
function enterWrapper(tokens: TokenReader, { first, isArrow }: Head): string | undefined {
  if (!isArrow && !tokens.take('return')) return undefined
  let helper = tokens.next()
  if (tokens.take('.')) helper = tokens.next() // tslib.__awaiter
  if (helper.kind !== 'name' || !tokens.take('(')) return undefined
  if (!tokens.skipTo(',', ')') || !tokens.take(',')) return undefined // this

  if (tokens.take('[')) {
    if (tokens.take('...') !== (first.is === 'rest')) return undefined
    if (!('name' in first) || !tokens.take(first.name)) return undefined
    if (tokens.peek().text !== ',' && tokens.peek().text !== ']') return undefined
    if (!tokens.skipTo(']')) return undefined
    tokens.next()
  } else if (isArrow || !tokens.take('arguments')) return undefined
  if (!tokens.take(',')) return undefined

  if (tokens.peek().text !== 'function') {
    // The class of the promise, which __awaiter takes before the generator.
    if (!tokens.skipTo(',', ')') || !tokens.take(',')) return undefined
  }
  return tokens.peek().text === 'function' ? helper.text : undefined
}

function faultOf({ first, isArrow }: Head, body: string): Fault {
  if (first.is === 'rest') return 'restParameter'
  if (first.is !== 'name' || (!isArrow && body.includes('arguments'))) return 'lowered'
  return looksLowered(first.name, body) ? 'wholeLowered' : 'whole'
}

/** Whether a compiler may have made up the name: `_a`, `_0`, `_ref2`, `__`, or `e` in `var t = e.db`. */
function looksLowered(name: string, body: string): boolean {
  if (/^_(?:_|[a-z]?\d*|ref\d*|param\d*)$/.test(name) && name !== '_') return true
  return /^\s*var\s/.test(body) && (body.includes(`= ${name}.`) || body.includes(`=${name}.`))
}

/** At most 80 characters of `source`, around its parameter list. */
function excerpt(source: string): string {
  const list = source.indexOf('(')
  const start = list > 40 ? list - 20 : 0
  const line = source
    .slice(start, start + 400)
    .replace(/\s+/g, ' ')
    .trim()
  const text = line.length > 79 ? `${line.slice(0, 79)}…` : line
  return start > 0 ? `…${text.slice(0, 79)}` : text
}
