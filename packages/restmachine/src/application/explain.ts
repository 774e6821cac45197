import { toExchange } from '../adapters/fetch.ts'
import { asOne } from '../compile/deciding.ts'
import type { CompiledRoute } from '../compile/route.ts'
import type { QuestionMaker } from '../decisions/asking.ts'
import type { Ending } from '../decisions/define-graph.ts'
import { detailOf } from '../decisions/endings.ts'
import { type DecisionName, graph, START } from '../decisions/graph.ts'
import { isSafe } from '../decisions/methods.ts'
import { questions } from '../decisions/questions.ts'
import type { RouteFacts, Run } from '../decisions/run.ts'
import { whySettled } from '../decisions/settled.ts'
import { onOneLine, type Said, tellPlace } from '../decisions/telling.ts'
import type { CallbackName } from '../declaration/callbacks.ts'
import { HttpError } from '../http/http-error.ts'
import { isStream, type Outcome } from '../http/outcome.ts'
import { closeAll, type Opening } from '../injection/teardown.ts'
import {
  type ExplainedResponse,
  type ExplainedStep,
  type Explanation,
  type RouteExplanation,
  writeExplanation,
  writeRoute,
} from './explanation.ts'
import type { Running } from './running.ts'

/** Follows every arrow that a request of the route can take. */
export function explainRoute({ facts, answer }: CompiledRoute): RouteExplanation {
  const met = new Set<DecisionName | Ending>()

  function follow(target: DecisionName | Ending): void {
    if (met.has(target)) return
    met.add(target)
    if (!isDecision(target)) return
    const { yes, no } = graph[target]
    const question = answer(target)
    if (typeof question === 'boolean') follow(question ? yes : no)
    else for (const next of [yes, no]) follow(next)
  }

  follow(facts.settings.bypassStateMachine ? 'given' : START)
  const asked: DecisionName[] = []
  const settled: Partial<Record<DecisionName, boolean>> = {}
  const why: Partial<Record<DecisionName, string>> = {}
  // Told in the order of the graph, whichever arrow was followed first.
  for (const name of Object.keys(graph) as DecisionName[]) {
    if (!met.has(name)) continue
    const question = answer(name)
    if (typeof question === 'boolean') {
      settled[name] = question
      why[name] = whySettled(name, facts, question)
    } else asked.push(name)
  }
  const ends = [...met].filter((target) => !isDecision(target)).sort() as Ending[]
  const told = { route: facts.label, asked, settled, why, ends }
  return { ...told, toString: () => writeRoute(told) }
}

/** Walks the graph row by row, as the compiled route does in one go, and undoes what was opened on the way. */
export async function explainRequest(running: Running, request: Request): Promise<Explanation> {
  const { compiled, run } = running.begin(toExchange(request))
  const { facts } = compiled
  const opened: Opening[] = []
  const explained = new Error('The request was only explained')
  // What is noted here is out of reach of those who would close it as done.
  run.closeLate = (opening) => void opened.push(opening)
  const steps: ExplainedStep[] = []
  try {
    const end = facts.settings.bypassStateMachine ? 'handler' : await walk(compiled, run, steps)
    if (end === 'handler') return explanationOf(facts, steps, end, undefined)
    const { status, outcome, detail } = end
    if (isStream(outcome.body)) await outcome.body.cancel(explained).catch(() => undefined)
    return explanationOf(facts, steps, status, responseOf(outcome, detail))
  } finally {
    compiled.dropTasks(run)
    run.endTurn?.()
    run.closeLate = (opening) => void closeAll([opening], explained, () => undefined)
    await closeAll(opened, explained, () => undefined)
  }
}

/** How a request ends when no handler of an unsafe method is in its way. */
interface Walked {
  readonly status: number
  readonly outcome: Outcome
  readonly detail: string | undefined
}

async function walk(compiled: CompiledRoute, run: Run, steps: ExplainedStep[]): Promise<Walked | 'handler'> {
  // Loaded on demand: an application that explains nothing starts without it.
  const [{ reasons }, { sentences }] = await Promise.all([
    import('../decisions/reasons.ts'),
    import('../decisions/sentences.ts'),
  ])
  const { facts } = compiled
  const heard = new Map<CallbackName, Said[]>()
  const hearing = (name: CallbackName): readonly Said[] => heard.get(name) ?? []
  const listening = listenTo(facts, heard)

  let at: DecisionName | Ending = START
  while (isDecision(at)) {
    if (at === 'enacted' && !isSafe(facts.method)) return 'handler'
    const row: {
      readonly yes: DecisionName | Ending
      readonly no: DecisionName | Ending
      readonly rfc: string
    } = graph[at]
    const question: ReturnType<QuestionMaker> = questions[at](listening)
    const settled: boolean = typeof question === 'boolean'
    const step = { decision: at, question: sentences[at], settled, rfc: row.rfc }
    let answer: boolean
    try {
      answer = typeof question === 'boolean' ? question : await question(run)
    } catch (error) {
      steps.push({ ...step, answer: 'threw', why: tellThrown(at, error) })
      return failed(compiled, run, error)
    }
    const why = settled ? whySettled(at, facts, answer) : await reasons[at](run, answer, hearing)
    steps.push({ ...step, answer, why })
    at = answer ? row.yes : row.no
  }

  try {
    const { refusal } = run
    const outcome = await compiled.end(at)(run)
    const refuses = at !== 'given' && at >= 400
    const detail = refuses ? (refusal?.detail ?? detailOf(at as number, run)) : undefined
    return { status: refuses ? (at as number) : outcome.status, outcome, detail }
  } catch (error) {
    return failed(compiled, run, error)
  }
}

async function failed(compiled: CompiledRoute, run: Run, error: unknown): Promise<Walked> {
  const known = error instanceof HttpError ? error : undefined
  const status = known?.status ?? 500
  const outcome = await compiled.fail(run, error)
  return { status, outcome, detail: known?.detail ?? detailOf(status, run) }
}

/** The facts of a route whose declared answers leave behind what they said. */
function listenTo(facts: RouteFacts, heard: Map<CallbackName, Said[]>): RouteFacts {
  const callback: RouteFacts['callback'] = (name) =>
    asOne(
      name,
      facts.declared(name).flatMap((answer) => {
        const { ask } = answer
        if (ask === undefined) return []
        return async (run: Run) => {
          const value = await ask(run)
          heard.set(name, [...(heard.get(name) ?? []), { answer, value }])
          return value
        }
      }),
    )
  return { ...facts, callback, recall: facts.recall && ((run) => lookOnly(run, facts.recall)) }
}

// What is only explained is not kept, and nobody is to wait for it.
async function lookOnly(run: Run, recall: RouteFacts['recall']): Promise<boolean> {
  const isFound = (await recall?.(run)) ?? false
  run.storing?.giveUp?.()
  if (run.storing !== undefined) run.storing = { ...run.storing, keep: undefined, giveUp: undefined }
  return isFound
}

// What a check of credentials says when it fails may well hold them.
function tellThrown(decision: DecisionName, error: unknown): string {
  if (error instanceof HttpError) return `HttpError ${error.status}: ${onOneLine(error.message)}`
  const name = error instanceof Error ? error.name : typeof error
  if (decision === 'authorized' || !(error instanceof Error))
    return `${name}; what it says is in the log alone`
  return `${name}: ${onOneLine(error.message)}`
}

function responseOf({ status, headers }: Outcome, detail: string | undefined): ExplainedResponse {
  const lines: (readonly [string, string])[] = []
  for (let index = 0; index < headers.length; index += 2) {
    const [name, value] = [headers[index] as string, headers[index + 1] as string]
    // A cookie is a credential (RFC 6265 §8.2).
    lines.push([name, name === 'set-cookie' ? value.replace(/=[^;]*/, '=…') : value])
  }
  return { status, detail, headers: lines }
}

function explanationOf(
  facts: RouteFacts,
  steps: readonly ExplainedStep[],
  end: number | 'handler',
  response: ExplainedResponse | undefined,
): Explanation {
  const told = { route: facts.label, steps, end, response }
  const bypassed = facts.settings.bypassStateMachine ? 'no decision is asked (bypassStateMachine): ' : ''
  const next = `${bypassed}the handler of ${tellPlace(facts)} is next, and is not run here`
  return { ...told, toString: (text) => writeExplanation(told, next, text) }
}

function isDecision(target: DecisionName | Ending): target is DecisionName {
  return Object.hasOwn(graph, target)
}
