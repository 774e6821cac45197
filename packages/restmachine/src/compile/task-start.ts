import type { Run } from '../decisions/run.ts'
import type { Outcome } from '../http/outcome.ts'
import { isThenable } from '../injection/thenable.ts'
import { RequestTasks } from '../tasks/request-tasks.ts'
import type { Finish } from './finish.ts'

/** Makes the last station of a route whose functions can ask for background tasks: they begin after it. */
export function startingTasks(finish: Finish, slot: number): Finish {
  function follow(run: Run, outcome: Outcome): Outcome {
    const tasks = run.values[slot]
    // A test may have put something else in its place.
    if (!(tasks instanceof RequestTasks)) return outcome
    return { ...outcome, afterwards: (broken) => startAfter(run, tasks, outcome, broken) }
  }

  return (run, draft, failure) => {
    const outcome = finish(run, draft, failure)
    return isThenable(outcome)
      ? Promise.resolve(outcome).then((later) => follow(run, later))
      : follow(run, outcome)
  }
}

// Whether the client took the response to its end says nothing of what the handler did: tasks run all the same.
async function startAfter(
  run: Run,
  tasks: RequestTasks,
  { status, afterwards }: Outcome,
  broken: unknown,
): Promise<void> {
  try {
    await afterwards?.(broken)
  } finally {
    // What fails later than its time limit has left its failure here, too, whatever it answers in the end.
    if (run.failure === undefined && status < 500) tasks.release()
    else tasks.drop()
  }
}

/** Gives up the tasks of a run that ends without an outcome. */
export function dropTasks({ values }: Run, slot: number | undefined): void {
  const tasks = slot === undefined ? undefined : values[slot]
  if (tasks instanceof RequestTasks) tasks.drop()
}
