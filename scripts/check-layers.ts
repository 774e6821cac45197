import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { importsOf, isNode, type Node, parse, stringOf, walk } from './syntax.ts'

/** A folder may import from the lines below its own and from itself. Files right in `src` are above them all. */
const LAYERS = [
  ['cli'],
  ['devtools', 'openapi', 'testing'],
  ['server'],
  ['application'],
  ['compile'],
  ['decisions'],
  ['declaration'],
  ['injection', 'representation', 'cache', 'policies', 'routing', 'adapters', 'tasks'],
  ['http'],
  ['text'],
]
const ENTRIES = '.'
const KNOW_NO_HTTP = ['injection', 'routing']
const MAY_USE_NODE = /^(adapters\/node|(server|cli|testing|devtools|cache|tasks)\/)/
const MAY_READ_FIELDS = ['http', 'adapters', 'decisions', 'representation', 'policies']
const DRAWERS = /^(utils?|helpers?|common|misc|core|shared|base)$/

const src = join(import.meta.dirname, '../packages/restmachine/src')
const faults: string[] = []
/** For each file, the files it imports. */
const graph = new Map<string, readonly string[]>()

const files = globSync('**/*.ts', { cwd: src }).map((file) => file.replaceAll('\\', '/'))
for (const file of files.sort()) {
  const syntax = parse(readFileSync(join(src, file), 'utf8'))
  if (syntax.fault)
    fault('A file must be readable TypeScript', `${file}:${syntax.fault.line}`, syntax.fault.message)
  checkName(file)
  if (folderOf(file) === ENTRIES && !syntax.body.every(isPassedOn))
    fault('An entry must only import and export, without logic', file)
  walk(syntax.body, (node) => checkNode(file, node))

  const near: string[] = []
  for (const { from, onDemand } of importsOf(syntax)) {
    if (from.startsWith('node:') && !onDemand && !MAY_USE_NODE.test(file))
      fault('Only adapters/node and what runs on Node may import a Node module', `${file} → ${from}`)
    if (/^restmachine(\/|$)/.test(from))
      fault('An import within the package must be relative', `${file} → ${from}`)
    if (from.startsWith('.')) near.push(posix.join(posix.dirname(file), from))
  }
  for (const target of near) checkDirection(file, target)
  graph.set(file, near)
}
checkCircles()

for (const line of new Set(faults)) console.error(line)
if (faults.length === 0) console.log(`layers: ${files.length} files, every import goes down`)
process.exitCode = faults.length === 0 ? 0 : 1

function fault(rule: string, ...facts: readonly string[]): void {
  faults.push(`${rule}: ${facts.join(': ')}`)
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : ENTRIES
}

function checkName(file: string): void {
  const names = file.replace(/\.ts$/, '').split('/')
  if (names.some((name) => DRAWERS.test(name))) fault('A name must say what is inside', file)
  if (names.length > 1 && names.at(-1) === 'index') fault('Only src itself has an index.ts', file)
  if (folderOf(file) !== ENTRIES && heightOf(file) === undefined)
    fault('A new folder must be added to the order in scripts/check-layers.ts', `${folderOf(file)}/`, file)
}

/** How many lines stand above the folder of `file`; `undefined` when the order does not have it. */
function heightOf(file: string): number | undefined {
  if (folderOf(file) === ENTRIES) return -1
  const line = LAYERS.findIndex((folders) => folders.includes(folderOf(file)))
  return line === -1 ? undefined : line
}

function checkDirection(file: string, target: string): void {
  const [from, to] = [heightOf(file), heightOf(target)]
  if (target.startsWith('../')) fault('An import must stay in src', `${file} → ${target}`)
  if (from === undefined || to === undefined || folderOf(file) === folderOf(target)) return
  if (to < from) fault('An import must go down a layer', `${file} → ${target}`)
  if (to === from) fault('Folders of one layer must not know each other', `${file} → ${target}`)
  if (KNOW_NO_HTTP.includes(folderOf(file)) && folderOf(target) === 'http')
    fault(`The folder ${folderOf(file)} must know no HTTP`, `${file} → ${target}`)
}

function isPassedOn(statement: Node): boolean {
  if (statement.type === 'ExportNamedDeclaration') return statement.declaration === null
  return statement.type === 'ImportDeclaration' || statement.type === 'ExportAllDeclaration'
}

function checkNode(file: string, node: Node): void {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return
  const { callee, arguments: args } = node
  if (!isNode(callee) || !Array.isArray(args)) return
  const { object, property } = callee
  const member = isNode(property, 'Identifier') ? property.name : undefined
  // Under a content security policy, and on Workers, there is no code from strings.
  const called = isNode(object, 'Identifier') && object.name === 'globalThis' ? member : callee.name
  if (called === 'eval' || called === 'Function') fault('Code must not come from strings', file)
  const field = member === 'header' ? stringOf(args[0]) : undefined
  if (field !== undefined && !MAY_READ_FIELDS.includes(folderOf(file)))
    fault('A field must be read once, below this layer', `${file} reads ${field}`)
}

/** Walks from every file along the imports: a file that is met while still on the way closes a circle. */
function checkCircles(): void {
  const settled = new Set<string>()
  const follow = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file)
    if (start !== -1) fault('Imports must not run in a circle', [...way.slice(start), file].join(' → '))
    if (start !== -1 || settled.has(file)) return
    for (const next of graph.get(file) ?? []) follow(next, [...way, file])
    settled.add(file)
  }
  for (const file of graph.keys()) follow(file, [])
}
