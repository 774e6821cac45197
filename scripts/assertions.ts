import { isNode, lineAt, type Node, parse, type Syntax } from './syntax.ts'

/**
 * One line that defines `__equal`. It is not `assert.deepEqual` itself, which would narrow the types of the lines
 * below, and which tells `{ a: 1 }` from the same object without a prototype: a reader of an example does not.
 */
export const PREAMBLE: string = [
  "import __assert from 'node:assert/strict'",
  'const __isPlain = (value: object): boolean => [null, Object.prototype].includes(Object.getPrototypeOf(value))',
  'const __plainObject = (value: object): object =>' +
    ' Object.fromEntries(Object.entries(value).map(([name, part]) => [name, __plain(part)]))',
  'const __plain = (value: unknown): unknown => Array.isArray(value) ? value.map(__plain)' +
    " : typeof value === 'object' && value !== null && __isPlain(value) ? __plainObject(value) : value",
  'const __equal = (actual: unknown, expected: unknown): void => __assert.deepEqual(__plain(actual), __plain(expected))',
].join('; ')

/** A program whose comments have become assertions; every line is still where it was. */
export interface Asserted {
  readonly text: string
  readonly count: number
  readonly faults: readonly Fault[]
}

interface Fault {
  readonly line: number
  readonly rule: string
}

/** Puts `text` in the place of what stands between two offsets; `text` has as many lines. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Makes assertions of the two forms of comment that state a fact: a line `// expression === value`, and
 * `// value` behind a statement that is only an expression, or on the lines right below it.
 */
export function assertComments(text: string, syntax: Syntax): Asserted {
  const found = [
    ...syntax.comments.map((comment) => readComparison(text, comment)),
    ...syntax.body.map((statement) => readResult(text, statement)),
  ]
  const edits = found.filter((item) => item !== undefined && 'text' in item)
  const faults = found.filter((item) => item !== undefined && 'rule' in item)
  return { text: apply(text, edits), count: edits.length, faults }
}

/** `// response.status === 404` */
function readComparison(text: string, comment: Syntax['comments'][number]): Edit | Fault | undefined {
  const { type, value, start, end } = comment
  if (type !== 'Line' || !value.includes(' === ')) return undefined
  const alone = /(^|\n)[ \t]*$/.test(text.slice(0, start))
  const { body, fault } = parse(value)
  const expression = body.length === 1 && fault === undefined ? body[0]?.expression : undefined
  if (isNode(expression, 'BinaryExpression') && expression.operator === '===' && alone) {
    const [left, right] = [expression.left, expression.right].map(
      (side) => isNode(side) && value.slice(side.start, side.end),
    )
    return { start, end, text: `;__equal(${left}, ${right});` }
  }
  const rule = 'A comment with === must be a line of its own of the form: // expression === value'
  return { line: lineAt(text, start), rule }
}

/** `parseWeight('0.25') // 0.25` */
function readResult(text: string, { type, expression }: Node): Edit | Fault | undefined {
  if (type !== 'ExpressionStatement' || !isNode(expression)) return undefined
  const { start, end } = expression
  const behind = /^([ \t;]*\n?[ \t]*)((?:\/\/.*)(?:\n[ \t]*\/\/.*)*)/.exec(text.slice(end))
  if (!behind) return undefined
  const [, gap = '', comment = ''] = behind
  const [firstLine = ''] = comment.split('\n')
  for (const claim of [comment, firstLine]) {
    const value = claim.replace(/^[ \t]*\/\//gm, '')
    if (!isOneValue(value)) continue
    const asserted = `__equal(${text.slice(start, end)},${gap.replace(';', '')}${value})`
    return { start, end: end + gap.length + claim.length, text: asserted }
  }
  if (firstLine.includes(' === ') || !/^\/\/\s*([[{'"`\d]|(Map|Set)\b)/.test(firstLine)) return undefined
  return {
    line: lineAt(text, end),
    rule: 'A value in a comment must be JavaScript, such as new Map([[1, 2]])',
  }
}

function isOneValue(text: string): boolean {
  const { body, fault } = parse(`[${text}\n]`)
  const list = body[0]?.expression
  return fault === undefined && isNode(list) && listOf(list.elements).length === 1 && isValue(list)
}

/** Whether a node is a value written out: nothing in it is looked up or called, save a constructor. */
function isValue(node: unknown): boolean {
  if (!isNode(node)) return false
  switch (node.type) {
    case 'Literal':
      return true
    case 'TemplateLiteral':
      return listOf(node.expressions).length === 0
    case 'Identifier':
      return /^(undefined|NaN|Infinity)$/.test(String(node.name))
    case 'UnaryExpression':
      return isValue(node.argument)
    case 'ArrayExpression':
      return listOf(node.elements).every(isValue)
    case 'NewExpression':
      return listOf(node.arguments).every(isValue)
    case 'ObjectExpression':
      return listOf(node.properties).every((property) => isNode(property) && isValue(property.value))
    default:
      return false
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function apply(text: string, edits: readonly Edit[]): string {
  const fromTheEnd = edits.toSorted((one, other) => other.start - one.start)
  return fromTheEnd.reduce((done, edit) => done.slice(0, edit.start) + edit.text + done.slice(edit.end), text)
}
