import type { Ending, Graph } from '../decisions/define-graph.ts'

/** What is left of the graph for one route: a request goes in, its end comes out. */
export type Pipeline<State, Done> = (state: State) => Done | Promise<Done>

/** The question of a row; one with a gate has a known answer wherever that is not open. */
export interface CourseQuestion<State> {
  (state: State): boolean | Promise<boolean>
  readonly gate?: CourseGate<State>
  readonly closed?: boolean
  /** Whether it is no more than that look: where the gate is open, the answer is the other one, and it is not asked. */
  readonly isLook?: boolean
}

/** One look at a request, by which the answers of several rows may be known. */
export interface CourseGate<State> {
  isOpen(state: State): boolean
}

/** What the compiler follows. It knows arrows and no names. */
export interface Course<Name extends string, State, Done> {
  readonly graph: Graph<Name>
  /** The question of a row, or its answer when it is settled. */
  readonly answer: (name: Name) => boolean | CourseQuestion<State>
  /** One look for several. */
  readonly either: (gates: readonly CourseGate<State>[]) => CourseGate<State>
  /** What happens at an end of the graph. */
  readonly finish: (ending: Ending) => Pipeline<State, Done>
}

/**
 * Compiles the graph for one route, from `start`.
 *
 * Each decision becomes a function that asks its question and goes on to one of two others. A settled
 * decision becomes the branch it leads to, and costs a request nothing. Where one look settles several in a
 * row, they cost that look. What follows a row is made when a request first goes there, once: most rows of a
 * route never see one.
 */
export function compile<Name extends string, State, Done>(
  course: Course<Name, State, Done>,
  start: Name,
): Pipeline<State, Done> {
  const made = new Map<Name | Ending, Pipeline<State, Done>>()
  const asked = new Map<Name, Pipeline<State, Done>>()

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
    return answer.gate === undefined ? ask(name, answer) : pass(name)
  }

  /** Asks a row, whether it was come to or stands open on the way past others. */
  function ask(name: Name, question: CourseQuestion<State>): Pipeline<State, Done> {
    const { yes, no } = course.graph[name]
    const pipeline =
      asked.get(name) ??
      branch(
        question,
        () => follow(yes),
        () => follow(no),
      )
    asked.set(name, pipeline)
    return pipeline
  }

  /** The way on from a row whose gate is open. */
  function enter(name: Name, question: CourseQuestion<State>): Pipeline<State, Done> {
    const { yes, no } = course.graph[name]
    return question.isLook ? follow(question.closed ? no : yes) : ask(name, question)
  }

  /** The way past rows that have a gate; where one is open, its question is asked. */
  function pass(first: Name): Pipeline<State, Done> {
    const passages: Passage<Name, State>[] = []
    let target: Name | Ending = first
    while (!isEnding(target)) {
      const answer = course.answer(target)
      const { yes, no }: Graph<Name>[Name] = course.graph[target]
      if (typeof answer !== 'boolean') {
        const { gate } = answer
        if (gate === undefined) break
        passages.push({ gate, name: target, question: answer })
      }
      target = (typeof answer === 'boolean' ? answer : answer.closed) ? yes : no
    }
    const all = course.either(passages.map(({ gate }) => gate))
    return passing(all, passages, enter, follow(target))
  }

  function isEnding(target: Name | Ending): target is Ending {
    return !Object.hasOwn(course.graph, target)
  }

  return follow(start)
}

// A question that answers at once is not awaited: most do, and an await per decision is the cost.
function branch<State, Done>(
  question: (state: State) => boolean | Promise<boolean>,
  yes: () => Pipeline<State, Done>,
  no: () => Pipeline<State, Done>,
): Pipeline<State, Done> {
  let whenYes: Pipeline<State, Done> | undefined
  let whenNo: Pipeline<State, Done> | undefined
  return (state) => {
    const answer = question(state)
    if (typeof answer === 'boolean') return answer ? (whenYes ??= yes())(state) : (whenNo ??= no())(state)
    return answer.then((later) => (later ? (whenYes ??= yes())(state) : (whenNo ??= no())(state)))
  }
}

/** One row that may be passed by. */
interface Passage<Name extends string, State> {
  readonly gate: CourseGate<State>
  readonly name: Name
  readonly question: CourseQuestion<State>
}

function passing<Name extends string, State, Done>(
  all: CourseGate<State>,
  passages: readonly Passage<Name, State>[],
  enter: (name: Name, question: CourseQuestion<State>) => Pipeline<State, Done>,
  beyond: Pipeline<State, Done>,
): Pipeline<State, Done> {
  const entered: Pipeline<State, Done>[] = []
  return (state) => {
    if (!all.isOpen(state)) return beyond(state)
    let shut: CourseGate<State> | undefined
    for (let at = 0; at < passages.length; at++) {
      const { gate, name, question } = passages[at] as Passage<Name, State>
      // Neighbours may have one gate: it is looked at once.
      if (gate === shut) continue
      if (gate.isOpen(state)) return (entered[at] ??= enter(name, question))(state)
      shut = gate
    }
    return beyond(state)
  }
}
