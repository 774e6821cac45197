import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ending, Row } from '../packages/restmachine/src/decisions/define-graph.ts'
import { type DecisionName, graph, START } from '../packages/restmachine/src/decisions/graph.ts'
import { authority } from '../packages/restmachine/src/decisions/questions/authority.ts'
import { content } from '../packages/restmachine/src/decisions/questions/content.ts'
import { effect } from '../packages/restmachine/src/decisions/questions/effect.ts'
import { existence } from '../packages/restmachine/src/decisions/questions/existence.ts'
import { negotiation } from '../packages/restmachine/src/decisions/questions/negotiation.ts'
import { preconditions } from '../packages/restmachine/src/decisions/questions/preconditions.ts'
import { request } from '../packages/restmachine/src/decisions/questions/request.ts'
import { response } from '../packages/restmachine/src/decisions/questions/response.ts'
import { system } from '../packages/restmachine/src/decisions/questions/system.ts'
import { titleOf } from '../packages/restmachine/src/http/status.ts'

type Target = DecisionName | Ending

interface Block {
  readonly title: string
  readonly text: string
  /** The questions of the block, by the names of their rows. */
  readonly questions: object
}

/** A block is the file that holds its questions. */
const blocks: readonly Block[] = [
  {
    title: 'System',
    text: 'Nothing about the resource yet: can this server take this message at all?',
    questions: system,
  },
  {
    title: 'Request',
    text: 'Is there anything at this target, and does it take this method?',
    questions: request,
  },
  { title: 'Authority', text: 'Who asks, and may they?', questions: authority },
  {
    title: 'Content',
    text: 'The content of the request, as far as its header fields tell.',
    questions: content,
  },
  { title: 'Negotiation', text: 'What the answer will look like.', questions: negotiation },
  {
    title: 'Existence',
    text: 'What to do about a resource that is not there, and conflicts with the one that is.',
    questions: existence,
  },
  {
    title: 'Preconditions',
    text: 'In the order of RFC 9110 §13.2.2, and last before the effect: they may decide only where the answer would otherwise be 2xx or 412 (§13.2.1).',
    questions: preconditions,
  },
  {
    title: 'Effect',
    text: 'The content is read and checked, then the handler runs and says what came of it.',
    questions: effect,
  },
  {
    title: 'Response',
    text: 'Is the answer news to the client, and does the client want all of it?',
    questions: response,
  },
]

const rows: Readonly<Record<DecisionName, Row<DecisionName>>> = graph
const names = Object.keys(rows) as DecisionName[]

const path = 'docs/decision-graph.md'
const file = join(import.meta.dirname, '..', path)
const page = drawPage()

if (!process.argv.includes('--check')) {
  writeFileSync(file, page)
  console.log(`graph: ${names.length} decisions in ${blocks.length} blocks, drawn in ${path}`)
} else if (readOr(file, '') === page) console.log(`graph: ${path} shows the table as it is`)
else {
  console.error(`${path} must be drawn anew from decisions/graph.ts: npm run graph`)
  process.exitCode = 1
}

function drawPage(): string {
  return `<!-- Made by scripts/draw-graph.ts from packages/restmachine/src/decisions/graph.ts. Do not edit. -->

# The decision graph

Every status that the framework decides is decided here: ${names.length} questions in ${blocks.length} blocks, asked in this order,
beginning with \`${START}\`. A question is put so that "yes" is the way of a request that goes well. An application
answers the few it cares about; what a declaration settles is folded away when the application starts, so a request is
asked only what is left. \`app.explain(request)\` tells the way that one request takes.

A round box ends the request; ${code('given')} is the status that the handler chose. A box with doubled sides leads on to another block.

\`\`\`mermaid
flowchart TD
${drawOverview()}
\`\`\`
${blocks.map(drawBlock).join('')}`
}

/** The blocks with what they end with, and the ways from one to the other. */
function drawOverview(): string {
  const boxes = blocks.map((block) => {
    const targets = names.filter((name) => blockOf(name) === block).flatMap(targetsOf)
    const endings = [...new Set(targets.filter((target) => !isDecision(target)))].sort()
    return `  ${block.title}["${block.title}<br>${endings.join(' ')}"]`
  })
  const ways = names.flatMap((name) =>
    targetsOf(name)
      .filter(isDecision)
      .filter((target) => blockOf(target) !== blockOf(name))
      .map((target) => `  ${blockOf(name).title} --> ${blockOf(target).title}`),
  )
  return [...boxes, ...new Set(ways)].join('\n')
}

function targetsOf(name: DecisionName): readonly Target[] {
  return [rows[name].yes, rows[name].no]
}

function drawBlock(block: Block): string {
  const own = names.filter((name) => blockOf(name) === block)
  return `
## ${block.title}

${block.text}

\`\`\`mermaid
flowchart TD
${own.flatMap((name) => drawRow(name, block)).join('\n')}
\`\`\`

| decision | question | yes | no | standard |
|---|---|---|---|---|
${own.map(tell).join('\n')}
`
}

// Each ending is a box of its own beside its question: lines to a shared one would cross the drawing.
function drawRow(name: DecisionName, block: Block): string[] {
  const { yes, no } = rows[name]
  const [node, left, right] = [`${name}{{${inWords(name)}}}`, draw(yes, 'yes'), draw(no, 'no')]
  return [`  ${node} -- yes --> ${left}`, `  ${name} -- no --> ${right}`]

  function draw(target: Target, answer: string): string {
    if (!isDecision(target)) return `${name}_${answer}([${target}${titled(target)}])`
    return blockOf(target) === block ? target : `${target}[[${inWords(target)}]]`
  }
}

function tell(name: DecisionName): string {
  const { yes, no, rfc } = rows[name]
  const cells = [`<a id="${anchor(name)}"></a>${code(name)}`, inWords(name), link(yes), link(no), cite(rfc)]
  return `| ${cells.join(' | ')} |`
}

function link(target: Target): string {
  return isDecision(target) ? `[${code(target)}](#${anchor(target)})` : `**${target}**${titled(target)}`
}

/** The section of the standard, and where it can be read. */
function cite(rfc: string): string {
  const [document = '', section = ''] = rfc.split(' §')
  if (document === 'Fetch') return `[Fetch §${section}](https://fetch.spec.whatwg.org/#http-requests)`
  const [number] = section.split(' ')
  return `[RFC ${rfc}](https://www.rfc-editor.org/rfc/rfc${document}#section-${number})`
}

function titled(ending: Ending): string {
  return ending === 'given' ? '' : ` ${titleOf(ending)}`
}

/** `ifMatchHolds` → `If-Match holds?` */
function inWords(name: DecisionName): string {
  const fields: readonly [RegExp, string][] = [
    [/if unmodified since/, 'If-Unmodified-Since'],
    [/if modified since/, 'If-Modified-Since'],
    [/if none match/, 'If-None-Match'],
    [/if match/, 'If-Match'],
    [/if range/, 'If-Range'],
    [/\buri\b/, 'URI'],
    [/\boptions\b/, 'OPTIONS'],
  ]
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  const named = fields.reduce((text, [words, field]) => text.replace(words, field), words)
  return `${named}?`
}

function anchor(name: DecisionName): string {
  return name.toLowerCase()
}

function code(text: string): string {
  return `\`${text}\``
}

function isDecision(target: Target): target is DecisionName {
  return Object.hasOwn(rows, target)
}

function blockOf(name: DecisionName): Block {
  const block = blocks.find(({ questions }) => Object.hasOwn(questions, name))
  if (block === undefined) throw new Error(`Cannot draw "${name}": no block asks it`)
  return block
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}
