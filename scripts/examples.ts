import { assertComments, PREAMBLE } from './assertions.ts'
import type { Fence, Page } from './markdown.ts'
import { importsOf, parse, type Syntax, walk } from './syntax.ts'

/** An example of the documentation as a program that checks what it claims. */
export interface Example {
  /** `README.md:12`, the line where its code starts. */
  readonly place: string
  readonly file: string
  readonly start: number
  /** The program. Its first line is ours, then each line is a line of the example. */
  readonly program: string
  readonly assertions: number
  readonly runs: boolean
}

/** What one block of code amounts to; neither an example nor faults when it is nothing to check. */
export interface Reading {
  readonly example?: Example
  readonly faults: readonly string[]
}

const MAY_IMPORT = /^(restmachine(\/[a-z]+)?|zod|node:[a-z_/0-9]+|@opentelemetry\/[a-z-]+)$/

/** Reads a block of code as an example. */
export function readExample(fence: Fence): Reading {
  const { page, start, info } = fence
  const place = `${page.file}:${start}`
  const [language = '', ...words] = info.split(/\s+/)
  if (['typescript', 'tsx', 'js', 'javascript', 'mjs', 'mts'].includes(language))
    return {
      faults: [`${place}: An example must be written as \`\`\`ts, so that it is checked: ${language}`],
    }
  if (language !== 'ts') return { faults: [] }

  const fault = faultOfInfo(words.join(' '), page.kind)
  if (fault) return { faults: [`${place}: ${fault}`] }
  if (words[0] === 'fragment') return { faults: [] }

  const text = fence.lines.join('\n')
  const syntax = parse(text)
  if (syntax.fault)
    return {
      faults: [
        `${page.file}:${start + syntax.fault.line - 1}: An example must parse: ${syntax.fault.message}`,
      ],
    }

  const strangers = importsOf(syntax).filter(({ from }) => !MAY_IMPORT.test(from))
  const faults = strangers.map(
    ({ from }) =>
      `${place}: An example may import only restmachine, zod, @opentelemetry and node: modules: ${from}`,
  )
  const asserted = assertComments(text, syntax)
  faults.push(...asserted.faults.map(({ line, rule }) => `${page.file}:${start + line - 1}: ${rule}`))
  const runs = words.length === 0
  const program = `/* ${place} */ ${PREAMBLE}; ${importOwn(page, syntax)}\n${asserted.text}\n`
  return { example: { place, file: page.file, start, program, assertions: asserted.count, runs }, faults }
}

function faultOfInfo(words: string, kind: 'markdown' | 'comment'): string | undefined {
  if (words === '' || /^no-run="[^"]{3,}"$/.test(words)) return undefined
  if (words === 'fragment')
    return kind === 'markdown' ? undefined : 'An example in a comment must be complete'
  if (words.startsWith('no-run')) return 'An example that does not run must say why: ```ts no-run="needs …"'
  return `After \`\`\`ts there may be only no-run="why" or fragment: ${words}`
}

/** Imports what the documented file itself exports and its example names. */
function importOwn({ own }: Page, syntax: Syntax): string {
  if (own === undefined || importsOf(syntax).some(({ from }) => from.startsWith('restmachine'))) return ''
  const named = new Set<unknown>()
  walk(syntax.body, (node) => {
    if (node.type === 'Identifier') named.add(node.name)
  })
  const names = [...own.exports].filter(([name]) => named.has(name)).map(([, specifier]) => specifier)
  return names.length === 0 ? '' : `import { ${names.join(', ')} } from '${own.module}'`
}
