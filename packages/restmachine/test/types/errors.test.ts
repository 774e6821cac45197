import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, beforeAll, describe, it } from 'vitest'
import { type Compilation, compile } from './compiler.ts'

const folder = join(import.meta.dirname, 'cases')
const cases = readdirSync(folder).filter((file) => file.endsWith('.ts'))

/** What a case expects: its leading `// error: …` comments, at the lines that end in `// <-- here`. */
function expectationsOf(text: string): readonly string[] {
  const lines = text.split('\n')
  const head = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('//')),
  )
  const messages = head
    .map((line) => line.slice('// '.length))
    .join('\n')
    .split(/^error: /m)
    .slice(1)
  const places = lines.flatMap((line, index) => (line.endsWith('// <-- here') ? [index + 1] : []))
  if (messages.length !== places.length) throw new Error(`${messages.length} errors, ${places.length} places`)
  return messages.map((message, index) => `line ${places[index]}: ${message.trimEnd()}`)
}

/** What the compiler said, with `…` where the expectation has it: in place of names that come and go. */
function shortened(said: string, expected = ''): string {
  const [before = '', after] = expected.split('…')
  if (after === undefined || !said.startsWith(before) || !said.endsWith(after)) return said
  return `${before}…${after}`
}

describe('a mistake reads as a sentence', () => {
  let compilation: Compilation
  beforeAll(async () => {
    compilation = await compile(join(folder, 'tsconfig.json'))
  }, 60_000)

  it.each(cases)('%s', (file) => {
    const said = compilation.errors.filter((error) => error.file === file)
    const expected = expectationsOf(readFileSync(join(folder, file), 'utf8'))
    assert.deepEqual(
      said.map(({ line, message }, index) => shortened(`line ${line}: ${message}`, expected[index])),
      expected,
    )
    assert.isNotEmpty(expected)
  })

  it('and nothing else is wrong', () => {
    assert.deepEqual(
      compilation.errors.filter(({ file }) => !cases.includes(file)),
      [],
    )
  })
})
