import type { RestApplication } from 'restmachine'
import { toExchange } from '../../src/adapters/fetch.ts'
import { layerOf } from '../../src/application/layered.ts'
import { Running } from '../../src/application/running.ts'
import { readTaskOptions } from '../../src/application/task-options.ts'
import { createCache } from '../../src/cache/cache.ts'
import { compile } from '../../src/compile/compile.ts'
import type { CompiledRoute } from '../../src/compile/route.ts'
import type { Ending } from '../../src/decisions/define-graph.ts'
import { either } from '../../src/decisions/gates.ts'
import { type DecisionName, graph, START } from '../../src/decisions/graph.ts'
import { DEFAULT_LIMITS } from '../../src/decisions/limits.ts'
import type { Run } from '../../src/decisions/run.ts'
import { quiet, requestOf, type Sent } from '../decisions/asking.ts'

const OPTIONS = {
  services: { logger: quiet, serves: undefined, development: false },
  limits: DEFAULT_LIMITS,
  handlerTimeout: 1000,
  tasks: readTaskOptions(),
  createCache: () => createCache(),
  around: [],
  overrides: new Map(),
}

/** The compiled route that a request leads to, and the request at its beginning. */
export function begin(
  app: RestApplication,
  target: string,
  sent?: Sent,
): { readonly compiled: CompiledRoute; readonly run: Run } {
  return new Running(layerOf(app), OPTIONS).begin(toExchange(requestOf(target, sent)))
}

/** The way of one request through the compiled form of its route: what it was asked, and the end. */
export interface Way {
  readonly steps: readonly (readonly [name: DecisionName, answer: boolean])[]
  readonly end: Ending
}

/** Follows a request through the compiled form of its route. */
export async function follow(app: RestApplication, target: string, sent?: Sent): Promise<Way> {
  const { compiled, run } = begin(app, target, sent)
  const steps: (readonly [DecisionName, boolean])[] = []
  const course = {
    graph,
    either,
    answer(name: DecisionName) {
      const question = compiled.answer(name)
      if (typeof question === 'boolean') return question
      return async (run: Run) => {
        const answer = await question(run)
        steps.push([name, answer])
        return answer
      }
    },
    finish: (ending: Ending) => () => ending,
  }
  return { steps, end: await compile(course, START)(run) }
}

/** The decisions that the compiled form of a route asks, for one request, in order. */
export async function asked(
  app: RestApplication,
  target: string,
  sent?: Sent,
): Promise<readonly DecisionName[]> {
  return (await follow(app, target, sent)).steps.map(([name]) => name)
}
