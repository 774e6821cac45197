import { parseSync } from 'vite'

/** A piece of a program: what the checks look at, whatever kind it is. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [property: string]: unknown
}

/** A program as the parser sees it. `fault` is the first thing that makes no sense, if there is one. */
export interface Syntax {
  readonly body: readonly Node[]
  readonly comments: readonly {
    readonly type: 'Line' | 'Block'
    readonly value: string
    readonly start: number
    readonly end: number
  }[]
  readonly fault: { readonly message: string; readonly line: number } | undefined
}

/** Reads TypeScript with the parser inside Vite, because TypeScript 7 gives programs none to call. */
export function parse(text: string): Syntax {
  const { program, comments, errors } = parseSync('program.ts', text)
  const [error] = errors
  const fault = error && { message: error.message, line: lineAt(text, error.labels[0]?.start ?? 0) }
  const body: readonly unknown[] = program.body
  return { body: body.filter((node) => isNode(node)), comments, fault }
}

/** Which line, from 1, the character at `offset` is on. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** Shows every node in `tree` to `visit`, outermost first. */
export function walk(tree: unknown, visit: (node: Node) => void): void {
  if (typeof tree !== 'object' || tree === null) return
  if (isNode(tree)) visit(tree)
  for (const part of Object.values(tree)) walk(part, visit)
}

/** Whether `value` is a node, of the given type when one is given. */
export function isNode(value: unknown, type?: string): value is Node {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  return type === undefined ? typeof value.type === 'string' : value.type === type
}

/** The text of a string literal. */
export function stringOf(node: unknown): string | undefined {
  return isNode(node, 'Literal') && typeof node.value === 'string' ? node.value : undefined
}

/** An import, a re-export, an `import('…')` in code or in a type. */
export interface Import {
  readonly from: string
  /** Loaded when the code gets there, which an author does on purpose, or never: a type loads nothing. */
  readonly onDemand: boolean
}

/** Everything that a program imports, types included. */
export function importsOf(syntax: Syntax): readonly Import[] {
  const imports: Import[] = []
  walk(syntax.body, (node) => {
    if (!/^(Import(Declaration|Expression)|Export(All|Named)Declaration|TSImportType)$/.test(node.type))
      return
    const from = stringOf(node.source)
    if (from !== undefined)
      imports.push({ from, onDemand: /^(ImportExpression|TSImportType)$/.test(node.type) })
  })
  return imports
}

/** What a file declares and exports: each name, and how to import it. */
export function exportsOf(syntax: Syntax): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { type, declaration } of syntax.body) {
    if (type !== 'ExportNamedDeclaration' || !isNode(declaration)) continue
    const several = Array.isArray(declaration.declarations) ? declaration.declarations : [declaration]
    for (const one of several) {
      const name = isNode(one.id) ? String(one.id.name) : ''
      names.set(name, /^TS(Interface|TypeAlias)/.test(declaration.type) ? `type ${name}` : name)
    }
  }
  return names
}
