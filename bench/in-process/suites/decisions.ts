import { readOptions } from '../../../packages/restmachine/src/application/application-options.ts'
import { layerOf } from '../../../packages/restmachine/src/application/layered.ts'
import { RestApplication } from '../../../packages/restmachine/src/application/rest-application.ts'
import { Running } from '../../../packages/restmachine/src/application/running.ts'
import type { Question } from '../../../packages/restmachine/src/decisions/asking.ts'
import { type DecisionName, graph, START } from '../../../packages/restmachine/src/decisions/graph.ts'
import { greet } from '../../domain.ts'
import { FakeExchange } from '../../fake-exchange.ts'
import { OTHER_ROUTES } from '../applications.ts'
import type { Operation } from '../slices.ts'

/**
 * What each decision on the way of one request costs: a loop asks the questions of the compiled route up to and with
 * the one in question, each time with a new run. {@link increments} subtracts its neighbour.
 */
export function decisions(): readonly Operation[] {
  const running = new Running(layerOf(application()), readOptions({}))
  const headers = {
    host: 'localhost',
    accept: 'text/html;q=0.5, application/json',
    authorization: 'Bearer sesame',
    'if-none-match': '"v0"',
  }
  const exchange = new FakeExchange('/notes/7', headers)
  const asked: Question[] = []
  const operations: Operation[] = [{ name: 'a new run', run: () => running.begin(exchange).run }]
  for (const [name, question] of wayOf(running, exchange)) {
    asked.push(question)
    const questions = [...asked]
    operations.push({ name, run: () => ask(questions, running, exchange) })
  }
  operations.push({ name: 'the answer is put together', run: () => running.answer(exchange) })
  return operations
}

/** What each operation costs more than the one before it. */
export function increments(nanoseconds: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  let last = 0
  return Object.fromEntries(
    Object.entries(nanoseconds)
      .filter(([name]) => name !== 'calibration')
      .map(([name, value]) => {
        const more = value - last
        last = value
        return [name, more]
      }),
  )
}

function ask(questions: readonly Question[], running: Running, exchange: FakeExchange): boolean {
  const { run } = running.begin(exchange)
  let holds = true
  for (const question of questions) holds = question(run) === true && holds
  return holds
}

/** The decisions that are left of the graph on the way of this request, in their order. */
function wayOf(running: Running, exchange: FakeExchange): readonly [DecisionName, Question][] {
  const { compiled, run } = running.begin(exchange)
  const way: [DecisionName, Question][] = []
  let at: string | number = START
  while (isDecision(at)) {
    const question = compiled.answer(at)
    const answer: unknown = typeof question === 'boolean' ? question : question(run)
    if (typeof answer !== 'boolean') throw new Error(`cannot measure ${at}: it takes time`)
    if (typeof question !== 'boolean') way.push([at, question])
    at = graph[at][answer ? 'yes' : 'no']
  }
  if (at !== 200) throw new Error(`cannot measure decisions: they end in ${at}`)
  return way
}

function isDecision(target: string | number): target is DecisionName {
  return Object.hasOwn(graph, target)
}

/** One resource that answers what many do. */
function application() {
  const app = new RestApplication()
    .dependency('notes', () => notes)
    .resource('/notes/{noteId}', (resource) =>
      resource
        .authorized('who', ({ requestHeaders }) =>
          requestHeaders.get('authorization') === null ? undefined : 'ada',
        )
        .forbidden(({ who }) => who !== 'ada')
        .resourceExists('found', ({ noteId, notes }) => notes.get(noteId))
        .etag(({ found }) => found.version)
        .lastModified(() => SOME_DAY)
        .get(({ found }) => ({ ...greet(), version: found.version }), {
          provides: { 'text/html': () => '<p>Hello' },
        }),
    )
  for (let index = 0; index < OTHER_ROUTES; index++) app.get(`/things${index}`, () => greet())
  return app
}

const notes = new Map([['7', { version: 'v1' }]])
const SOME_DAY = new Date('2026-01-01T00:00:00Z')
