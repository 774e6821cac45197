import { execFileSync } from 'node:child_process'
import { readExample } from './examples.ts'
import { checkLinks } from './links.ts'
import { commentPages, divide, markdownPages, modules, root } from './markdown.ts'
import { runExamples } from './run-examples.ts'

// The examples use the package as its users do, from `dist`. `--built` says that it is fresh.
if (!process.argv.includes('--built'))
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' })

// What is in no entry has examples too, and `dist` has no file of its own for it.
const emit = ['--emitDeclarationOnly', 'false', '--outDir', modules]
execFileSync('tsc', ['-p', 'packages/restmachine/tsconfig.build.json', ...emit], {
  cwd: root,
  stdio: 'inherit',
})

const markdown = markdownPages()
const pages = [...markdown, ...commentPages()]
const fences = pages.flatMap((page) => divide(page).fences)
const readings = fences.map(readExample)
const links = markdown.map(checkLinks)
const examples = readings.flatMap(({ example }) => example ?? [])

// An @example that stands outside a block of code would never be looked at.
const unread = pages.filter(
  (page) =>
    page.kind === 'comment' && /@example/.test(page.lines.join('\n')) && divide(page).fences.length === 0,
)

const faults = [
  ...unread.map(({ file, start }) => `${file}:${start}: An @example must be a block of \`\`\`ts`),
  ...readings.flatMap((reading) => reading.faults),
  ...links.flatMap((link) => link.faults),
  ...(await runExamples(examples)),
]
for (const fault of faults) console.error(fault)

const count = {
  run: examples.filter(({ runs }) => runs).length,
  typed: examples.filter(({ runs }) => !runs).length,
  fragments: fences.filter(({ info, page }) => info === 'ts fragment' && page.kind === 'markdown').length,
  assertions: examples.reduce((sum, { assertions }) => sum + assertions, 0),
  links: links.reduce((sum, link) => sum + link.links, 0),
}
console.log(
  `docs: ${count.run} examples run, ${count.typed} only typed, ${count.fragments} fragments unchecked, ` +
    `${count.assertions} assertions, ${count.links} links, ${faults.length} faults`,
)
process.exitCode = faults.length === 0 ? 0 : 1
