import { assert, describe, it } from 'vitest'
import { type Course, compile } from '../../src/compile/compile.ts'
import type { Ending } from '../../src/decisions/define-graph.ts'

type Name = 'first' | 'left' | 'right' | 'tail'

const graph = {
  first: { yes: 'left', no: 'right', rfc: '9110 §15' },
  left: { yes: 'tail', no: 400, rfc: '9110 §15' },
  right: { yes: 'tail', no: 404, rfc: '9110 §15' },
  tail: { yes: 200, no: 204, rfc: '9110 §15' },
} as const

/** What a run of this test carries: the rows it was asked. */
type Trace = Name[]

type Answers = Readonly<Record<Name, boolean | Promise<boolean> | 'settled yes' | 'settled no'>>

/** A course whose questions answer as told, and note that they were asked. */
function courseOf(answers: Answers, finished: Ending[] = []): Course<Name, Trace, Ending> {
  return {
    graph,
    answer(name) {
      const answer = answers[name]
      if (answer === 'settled yes') return true
      if (answer === 'settled no') return false
      return (trace) => {
        trace.push(name)
        return answer
      }
    },
    either: (gates) => ({ isOpen: (trace) => gates.some((gate) => gate.isOpen(trace)) }),
    finish(ending) {
      finished.push(ending)
      return () => ending
    },
  }
}

/** The same course; it notes the rows whose question is made. */
function noting(course: Course<Name, Trace, Ending>, made: Name[]): Course<Name, Trace, Ending> {
  return {
    ...course,
    answer(name) {
      made.push(name)
      return course.answer(name)
    },
  }
}

const allYes: Answers = { first: true, left: true, right: true, tail: true }

describe('compile', () => {
  it('follows the answers to an ending, and asks nothing beside the way', () => {
    for (const [answers, end, asked] of [
      [allYes, 200, ['first', 'left', 'tail']],
      [{ ...allYes, left: false }, 400, ['first', 'left']],
      [{ ...allYes, first: false, tail: false }, 204, ['first', 'right', 'tail']],
      [{ ...allYes, first: false, right: false }, 404, ['first', 'right']],
    ] as const) {
      const trace: Trace = []
      assert.equal(compile(courseOf(answers), 'first')(trace), end)
      assert.deepEqual(trace, [...asked])
    }
  })

  it('asks no settled row, and becomes the ending when all rows are settled', () => {
    const trace: Trace = []
    const answers: Answers = { ...allYes, first: 'settled no', right: 'settled yes' }
    assert.equal(compile(courseOf(answers), 'first')(trace), 200)
    assert.deepEqual(trace, ['tail'])

    const end = (): Ending => 404
    const settled: Answers = { ...allYes, first: 'settled no', right: 'settled no' }
    assert.equal(compile({ ...courseOf(settled), finish: () => end }, 'first'), end)
  })

  it('makes what follows a row when a request first goes there, and once', () => {
    const made: Name[] = []
    const finished: Ending[] = []
    const answers: Record<Name, boolean> = { first: true, left: true, right: true, tail: true }
    const course = courseOf(allYes, finished)
    const asking: Course<Name, Trace, Ending> = { ...course, answer: (name) => () => answers[name] }
    const pipeline = compile(noting(asking, made), 'first')
    assert.deepEqual([made, finished], [['first'], []])

    assert.equal(pipeline([]), 200)
    assert.equal(pipeline([]), 200)
    assert.deepEqual([made, finished], [['first', 'left', 'tail'], [200]])

    Object.assign(answers, { first: false, tail: false })
    assert.equal(pipeline([]), 204)
    // Two arrows lead to the tail, and it stands already.
    assert.deepEqual(
      [made, finished],
      [
        ['first', 'left', 'tail', 'right'],
        [200, 204],
      ],
    )
  })

  it('never makes the questions and endings that settled rows leave out', () => {
    const made: Name[] = []
    const finished: Ending[] = []
    const course = courseOf({ ...allYes, first: 'settled yes' }, finished)
    assert.equal(compile(noting(course, made), 'first')([]), 200)
    assert.deepEqual(made, ['first', 'left', 'tail'])
    assert.deepEqual(finished, [200])
  })

  it('does not wait for a question that answers at once', () => {
    assert.equal(compile(courseOf(allYes), 'first')([]), 200)
  })

  it('waits for one that takes time, and for no other', async () => {
    const trace: Trace = []
    const end = compile(courseOf({ ...allYes, left: Promise.resolve(true) }), 'first')(trace)
    assert.instanceOf(end, Promise)
    assert.deepEqual(trace, ['first', 'left'])
    assert.equal(await end, 200)
    assert.deepEqual(trace, ['first', 'left', 'tail'])
  })

  it('passes on what a question throws, at once or later', async () => {
    const error = new Error('no answer')
    const course = courseOf(allYes)
    const throwing = compile({ ...course, answer: () => () => fail(error) }, 'first')
    assert.throws(() => throwing([]), error)
    const rejecting = compile({ ...course, answer: () => () => Promise.reject(error) }, 'first')
    assert.equal(await Promise.resolve(rejecting([])).catch((reason: unknown) => reason), error)
  })

  describe('where rows have a gate', () => {
    /** A course in which `names` are asked only of a request whose trace begins with them. */
    function gatedCourse(names: readonly Name[], looks: Name[][] = []): Course<Name, Trace, Ending> {
      const course = courseOf(allYes)
      return {
        ...course,
        answer(name) {
          const question = course.answer(name)
          if (typeof question === 'boolean' || !names.includes(name)) return question
          return Object.assign(question, {
            gate: { isOpen: (trace: Trace) => trace[0] === name },
            closed: true,
          })
        },
        either(gates) {
          const all = course.either(gates)
          return {
            isOpen(trace) {
              looks.push([...trace])
              return all.isOpen(trace)
            },
          }
        },
      }
    }

    it('passes all of them with one look, when none is open', () => {
      const looks: Name[][] = []
      const trace: Trace = []
      assert.equal(compile(gatedCourse(['first', 'left', 'tail'], looks), 'first')(trace), 200)
      assert.deepEqual(trace, [])
      assert.deepEqual(looks, [[]])
    })

    it('looks once at a gate that neighbours have in common, when another one is open', () => {
      let looks = 0
      const common = {
        isOpen: (): boolean => {
          looks++
          return false
        },
      }
      const course = gatedCourse(['first', 'left', 'tail'])
      const shared: typeof course = {
        ...course,
        answer(name) {
          const question = course.answer(name)
          return typeof question === 'boolean' || name === 'tail'
            ? question
            : Object.assign(question, { gate: common })
        },
        either: () => ({ isOpen: () => true }),
      }
      const trace: Trace = ['tail']
      assert.equal(compile(shared, 'first')(trace), 200)
      assert.deepEqual(trace, ['tail', 'tail'])
      assert.equal(looks, 1)
    })

    it.each([true, false])('does not ask what is no more than a look, closed: %s', (closed) => {
      const course = gatedCourse(['first', 'left', 'tail'])
      const looking: typeof course = {
        ...course,
        answer(name) {
          const question = course.answer(name)
          return typeof question === 'boolean' || name !== 'first'
            ? question
            : Object.assign(question, { closed, isLook: true })
        },
      }
      const open: Trace = ['first']
      const shut: Trace = []
      for (const trace of [open, shut]) assert.equal(compile(looking, 'first')(trace), 200)
      // Where the answer is no, the row to the right is asked.
      assert.deepEqual(open, closed ? ['first', 'right'] : ['first'])
      assert.deepEqual(shut, closed ? [] : ['right'])
    })

    it('asks the one that is open, and looks again behind it', () => {
      const looks: Name[][] = []
      const trace: Trace = ['left']
      assert.equal(compile(gatedCourse(['first', 'left', 'tail'], looks), 'first')(trace), 200)
      assert.deepEqual(trace, ['left', 'left'])
      assert.deepEqual(looks, [['left'], ['left', 'left']])
    })

    it('looks anew behind a row without one', () => {
      const trace: Trace = ['tail']
      assert.equal(compile(gatedCourse(['first', 'tail']), 'first')(trace), 200)
      assert.deepEqual(trace, ['tail', 'left', 'tail'])
    })
  })

  it('keeps nothing of a request', () => {
    const pipeline = compile(courseOf(allYes), 'first')
    const [one, other]: [Trace, Trace] = [[], []]
    void pipeline(one)
    void pipeline(other)
    assert.deepEqual(one, other)
  })
})

function fail(error: Error): never {
  throw error
}
