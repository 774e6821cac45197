import { scan } from 'secure-json-parse'
import { MARK } from './encode.ts'

/** What a mark stands for. Each throws, or makes a value, whatever it is given. */
const kinds: ReadonlyMap<unknown, (content: unknown) => unknown> = new Map<
  unknown,
  (content: unknown) => unknown
>([
  ['undefined', () => undefined],
  ['number', Number],
  ['bigint', (digits) => BigInt(String(digits))],
  ['date', (time) => new Date(time === null ? Number.NaN : Number(time))],
  ['map', (entries) => new Map((revive(entries) as [unknown, unknown][]).values())],
  ['set', (items) => new Set((revive(items) as unknown[]).values())],
  ['bytes', bytesOf],
  ['buffer', bufferOf],
  ['object', reviveMembers],
])

/**
 * Reads a JSON text whose values {@link encodeValue} made.
 *
 * @throws When it is no such text, or names `__proto__`.
 */
export function decodeText(text: string): unknown {
  const tree: unknown = JSON.parse(text)
  // Only a stranger who can write to the store could have put such a name there, in plain or escaped.
  if (/__proto__|constructor|\\u/.test(text) && typeof tree === 'object' && tree !== null) scan(tree)
  // As JSON writes it, a mark cannot stand within a string: its quotes would be escaped.
  return text.includes(`"${MARK}":`) ? revive(tree) : tree
}

function revive(tree: unknown): unknown {
  if (typeof tree !== 'object' || tree === null) return tree
  if (!Object.hasOwn(tree, MARK)) return reviveMembers(tree)
  const [kind, content] = (tree as Record<string, unknown[]>)[MARK] ?? []
  const make = kinds.get(kind)
  if (make === undefined) throw new SyntaxError(`Cannot read a cached value: unknown mark ${String(kind)}`)
  return make(content)
}

function reviveMembers(tree: unknown): unknown {
  const members = tree as Record<string, unknown>
  for (const name of Object.keys(members)) members[name] = revive(members[name])
  return members
}

function bytesOf(base64: unknown): Uint8Array {
  return Uint8Array.from(atob(String(base64)), (character) => character.charCodeAt(0))
}

function bufferOf(base64: unknown): Uint8Array {
  const bytes = bytesOf(base64)
  return typeof Buffer === 'function' ? Buffer.from(bytes.buffer) : bytes
}
