import type { Ending, Graph } from '../decisions/define-graph.ts'

/** What is left of the graph for one route: a request goes in, its end comes out. */
export type Pipeline<State, Done> = (state: State) => Done | Promise<Done>

/** What the compiler follows. It knows arrows and no names. */
export interface Course<Name extends string, State, Done> {
  readonly graph: Graph<Name>
  /** The question of a row, or its answer when it is settled. */
  readonly answer: (name: Name) => boolean | ((state: State) => boolean | Promise<boolean>)
  /** What happens at an end of the graph. */
  readonly finish: (ending: Ending) => Pipeline<State, Done>
}

/**
 * Compiles the graph for one route, once, from `start`.
 *
 * Each decision becomes a function that asks its question and goes on to one of two functions already
 * made. A settled decision becomes the branch it leads to, and costs a request nothing.
 */
export function compile<Name extends string, State, Done>(
  course: Course<Name, State, Done>,
  start: Name,
): Pipeline<State, Done> {
  const made = new Map<Name | Ending, Pipeline<State, Done>>()

  function follow(target: Name | Ending): Pipeline<State, Done> {
    const known = made.get(target)
    if (known !== undefined) return known
    const pipeline = isEnding(target) ? course.finish(target) : make(target)
    made.set(target, pipeline)
    return pipeline
  }

  function make(name: Name): Pipeline<State, Done> {
    const { yes, no } = course.graph[name]
    const answer = course.answer(name)
    if (typeof answer === 'boolean') return follow(answer ? yes : no)
    return branch(answer, follow(yes), follow(no))
  }

  function isEnding(target: Name | Ending): target is Ending {
    return !Object.hasOwn(course.graph, target)
  }

  return follow(start)
}

// A question that answers at once is not awaited: most do, and an await per decision is the cost.
function branch<State, Done>(
  question: (state: State) => boolean | Promise<boolean>,
  yes: Pipeline<State, Done>,
  no: Pipeline<State, Done>,
): Pipeline<State, Done> {
  return (state) => {
    const answer = question(state)
    if (typeof answer === 'boolean') return answer ? yes(state) : no(state)
    return answer.then((later) => (later ? yes(state) : no(state)))
  }
}
