import { toExchange } from '../adapters/fetch.ts'
import type { CompiledRoute } from '../compile/route.ts'
import type { Ending } from '../decisions/define-graph.ts'
import { type DecisionName, graph, START } from '../decisions/graph.ts'
import { isSafe } from '../decisions/methods.ts'
import type { Run } from '../decisions/run.ts'
import { HttpError } from '../http/http-error.ts'
import { closeAll } from '../injection/teardown.ts'
import type { Running } from './running.ts'

/** One decision that a request passed. */
export interface ExplainedStep {
  readonly decision: DecisionName
  readonly answer: boolean
  /** Whether the declaration had settled it, so that a request pays nothing for it. */
  readonly settled: boolean
  readonly rfc: string
}

/** The way of one request through the graph. */
export interface Explanation {
  /** The route it led to: `GET /users/{userId}`. */
  readonly route: string
  readonly steps: readonly ExplainedStep[]
  /** The status at the end; `handler` when the handler of an unsafe method would run next. */
  readonly end: number | 'handler'
  /** The way as text, one decision a line. */
  toString(): string
}

/** What is left of the graph for one route. */
export interface RouteExplanation {
  /** The route: `GET /users/{userId}`. */
  readonly route: string
  /** The decisions that its requests may be asked, in the order of the graph. */
  readonly asked: readonly DecisionName[]
  /** The decisions that its declaration answers once and for all, as far as its requests would meet them. */
  readonly settled: Readonly<Partial<Record<DecisionName, boolean>>>
  /** The statuses at the ends that it can reach; `given` is one that the handler chooses. */
  readonly ends: readonly Ending[]
  toString(): string
}

/** Follows every arrow that a request of the route can take. */
export function explainRoute({ facts, answer }: CompiledRoute): RouteExplanation {
  const settled: Partial<Record<DecisionName, boolean>> = {}
  const met = new Set<DecisionName | Ending>()

  function follow(target: DecisionName | Ending): void {
    if (met.has(target)) return
    met.add(target)
    if (!isDecision(target)) return
    const { yes, no } = graph[target]
    const question = answer(target)
    if (typeof question === 'boolean') {
      settled[target] = question
      follow(question ? yes : no)
    } else for (const next of [yes, no]) follow(next)
  }

  follow(START)
  const names = Object.keys(graph) as DecisionName[]
  const asked = names.filter((name) => met.has(name) && settled[name] === undefined)
  const ends = [...met].filter((target) => !isDecision(target)).sort() as Ending[]
  return {
    route: facts.label,
    asked,
    settled,
    ends,
    toString: () =>
      [
        facts.label,
        `  asks:     ${asked.join(', ')}`,
        `  settled:  ${Object.keys(settled).length} decisions`,
        `  ends in:  ${ends.join(', ')}`,
      ].join('\n'),
  }
}

/** Walks the graph row by row, as the compiled route does in one go. */
export async function explainRequest(running: Running, request: Request): Promise<Explanation> {
  const { compiled, run } = running.begin(toExchange(request))
  const steps: ExplainedStep[] = []
  try {
    const end = compiled.facts.settings.bypassStateMachine ? 'handler' : await walk(compiled, run, steps)
    return explanationOf(compiled.facts.label, steps, end)
  } catch (error) {
    return explanationOf(compiled.facts.label, steps, error instanceof HttpError ? error.status : 500)
  } finally {
    await closeAll(run.opened ?? [], new Error('The request was only explained'), () => undefined)
  }
}

async function walk(compiled: CompiledRoute, run: Run, steps: ExplainedStep[]): Promise<number | 'handler'> {
  let at: DecisionName | Ending = START
  while (isDecision(at)) {
    if (at === 'enacted' && !isSafe(compiled.facts.method)) return 'handler'
    const question = compiled.answer(at)
    const settled = typeof question === 'boolean'
    const answer: boolean = settled ? question : await question(run)
    const row: {
      readonly yes: DecisionName | Ending
      readonly no: DecisionName | Ending
      readonly rfc: string
    } = graph[at]
    steps.push({ decision: at, answer, settled, rfc: row.rfc })
    at = answer ? row.yes : row.no
  }
  if (at !== 'given') return run.refusal?.status ?? at
  const status = (run.result as { readonly status?: number }).status
  return status ?? 200
}

function isDecision(target: DecisionName | Ending): target is DecisionName {
  return Object.hasOwn(graph, target)
}

function explanationOf(route: string, steps: readonly ExplainedStep[], end: number | 'handler'): Explanation {
  const width = Math.max(0, ...steps.map(({ decision }) => decision.length))
  return {
    route,
    steps,
    end,
    toString() {
      const lines = steps.map(
        ({ decision, answer, settled, rfc }) =>
          `  ${decision.padEnd(width)}  ${answer ? 'yes' : 'no '}  ${settled ? 'settled' : 'asked  '}  ${/^\d/.test(rfc) ? `RFC ${rfc}` : rfc}`,
      )
      return [route, ...lines, `  → ${end}`].join('\n')
    },
  }
}
