import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { VectorFile } from '../packages/restmachine/test/vectors/format.ts'
import { runVectors, type Summary } from '../packages/restmachine/test/vectors/run.ts'

// Puts a file of language-neutral decision cases to the framework: node scripts/vectors.ts FILE [--json OUT]
const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const [path] = positionals
if (path === undefined) {
  console.error('Usage: node scripts/vectors.ts FILE [--json OUT]')
  process.exit(2)
}
const file = JSON.parse(readFileSync(path, 'utf8')) as VectorFile
const summary = await runVectors(file)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(plain(summary), undefined, 2)}\n`)
print(summary, file)
process.exitCode = summary.failed.length > 0 ? 1 : 0

function plain({ passed, failed, notApplicable }: Summary): object {
  return { passed, failed: failed.map(({ id, expected, got }) => ({ id, expected, got })), notApplicable }
}

function print({ passed, failed, notApplicable }: Summary, { vectors }: VectorFile): void {
  const reasons = new Map<string, string[]>()
  for (const { id, reason } of notApplicable) reasons.set(reason, [...(reasons.get(reason) ?? []), id])
  for (const { id, expected, differs } of failed)
    console.log(`failed  ${id}: ${differs.join('; ')}; expected ${JSON.stringify(expected)}`)
  for (const [reason, ids] of [...reasons].sort(([, a], [, b]) => b.length - a.length))
    console.log(
      `not applicable  ${ids.length}: ${reason} (${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ' …' : ''})`,
    )
  const kinds = new Map(vectors.map(({ id, kind = 'no kind' }) => [id, kind]))
  const count = (ids: readonly string[], kind: string): number =>
    ids.filter((id) => kinds.get(id) === kind).length
  const ids = (list: readonly { readonly id: string }[]): readonly string[] => list.map(({ id }) => id)
  for (const kind of new Set(kinds.values()))
    console.log(
      `${kind}: ${count(passed, kind)} passed, ${count(ids(failed), kind)} failed, ${count(ids(notApplicable), kind)} not applicable`,
    )
  console.log(`${passed.length} passed, ${failed.length} failed, ${notApplicable.length} not applicable`)
}
