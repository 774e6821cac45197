import type { Ending } from '../decisions/define-graph.ts'
import type { DecisionName } from '../decisions/graph.ts'
import { titleOf } from '../http/status.ts'

/** One decision that a request passed. */
export interface ExplainedStep {
  readonly decision: DecisionName
  /** The decision as a question: `Does the resource exist?` */
  readonly question: string
  /** `threw` when the question could not be answered; then the request ends here. */
  readonly answer: boolean | 'threw'
  /** What decided it: a header field and what it was compared with, a function of yours, the declaration. */
  readonly why: string
  /** Whether the declaration had settled it, so that a request pays nothing for it. */
  readonly settled: boolean
  /** The section that says so: `9110 §15.5.5`. */
  readonly rfc: string
}

/** What would be sent, as far as it is known before the adapter adds `Content-Length` and `Date`. */
export interface ExplainedResponse {
  readonly status: number
  /** What a refusal says beyond its status; `undefined` when it says nothing, or nothing is refused. */
  readonly detail: string | undefined
  /** The header fields, names in lower case. The values of cookies are left out. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** How an explanation is written. */
export interface ExplanationText {
  /** Whether each settled decision has a line of its own. Off when nobody says. */
  readonly all?: boolean
}

/** The way of one request through the graph. */
export interface Explanation {
  /** The route it led to: `GET /users/{userId}`. */
  readonly route: string
  readonly steps: readonly ExplainedStep[]
  /** The status at the end; `handler` when the handler of an unsafe method would run next. */
  readonly end: number | 'handler'
  /** What would be sent; `undefined` when that is up to the handler. */
  readonly response: ExplainedResponse | undefined
  /** The way as text, one decision a line; neighbours that are settled share one. */
  toString(text?: ExplanationText): string
}

/** What is left of the graph for one route. */
export interface RouteExplanation {
  /** The route: `GET /users/{userId}`. */
  readonly route: string
  /** The decisions that its requests may be asked, in the order of the graph. */
  readonly asked: readonly DecisionName[]
  /** The decisions that its declaration answers once and for all, as far as its requests would meet them. */
  readonly settled: Readonly<Partial<Record<DecisionName, boolean>>>
  /** For each of these, what in the declaration answers it. */
  readonly why: Readonly<Partial<Record<DecisionName, string>>>
  /** The statuses at the ends that it can reach; `given` is one that the handler chooses. */
  readonly ends: readonly Ending[]
  toString(): string
}

type Told = Omit<Explanation, 'toString'>

/** Writes the way of a request; `next` says what an end without a response leads to. */
export function writeExplanation(told: Told, next: string, { all = false }: ExplanationText = {}): string {
  const { route, steps, end, response } = told
  const shown = (step: ExplainedStep, index: number): boolean =>
    all || !step.settled || index === steps.length - 1
  const lines = steps.filter(shown)
  const name = widest(lines.map(({ decision }) => decision))
  const question = widest(lines.map((step) => step.question))
  let folded: ExplainedStep[] = []

  const written = steps.flatMap((step, index) => {
    if (!shown(step, index)) {
      folded.push(step)
      return []
    }
    const before = folded.length === 0 ? [] : [writeFolded(folded)]
    folded = []
    const answer = step.answer === 'threw' ? 'threw' : step.answer ? 'yes' : 'no'
    const columns = [step.decision.padEnd(name), step.question.padEnd(question), answer.padEnd(5), step.why]
    return [...before, `  ${columns.join('  ')}  (${sectionOf(step)})`]
  })
  const last = response === undefined ? [`  → ${next}`] : writeResponse(response, end)
  return [route, ...written, ...last].join('\n')
}

/** Writes what is left of the graph for a route. */
export function writeRoute({ route, asked, settled, why, ends }: Omit<RouteExplanation, 'toString'>): string {
  const names = Object.keys(settled) as DecisionName[]
  const width = widest(names)
  return [
    route,
    `  asks:     ${asked.join(', ') || 'nothing'}`,
    `  settled:  ${names.length} decisions`,
    ...names.map((name) => `    ${name.padEnd(width)}  ${settled[name] ? 'yes' : 'no '}  ${why[name] ?? ''}`),
    `  ends in:  ${ends.join(', ')}`,
  ].join('\n')
}

function writeFolded(steps: readonly ExplainedStep[]): string {
  const names = steps.map(({ decision, answer }) => (answer === true ? decision : `${decision} (no)`))
  const count = steps.length === 1 ? '1 decision' : `${steps.length} decisions`
  return `  … ${count} settled by the declaration: ${names.join(', ')}`
}

function writeResponse({ status, detail, headers }: ExplainedResponse, end: number | 'handler'): string[] {
  // An error handler may answer with a status of its own.
  const changed = end === status || end === 'handler' ? '' : `, by an error handler in place of ${end}`
  const fields = [...(detail === undefined ? [] : [['detail', detail] as const]), ...headers]
  const width = widest(fields.map(([name]) => name))
  return [
    `  → ${status} ${titleOf(status)}${changed}`,
    ...fields.map(([name, value]) => `    ${`${name}:`.padEnd(width + 1)} ${value}`),
  ]
}

function sectionOf({ rfc }: ExplainedStep): string {
  return /^\d/.test(rfc) ? `RFC ${rfc}` : rfc
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length))
}
