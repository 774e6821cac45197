import { build } from './build.ts'
import { contentDifference, differences, type Got, gotOf } from './compare.ts'
import { checkApplicable } from './features.ts'
import { type Expected, NotApplicable, type Vector, type VectorFile } from './format.ts'
import { expectedOf } from './judgements.ts'
import { requestOf } from './request.ts'

/** What came of the cases of a file. */
export interface Summary {
  readonly passed: string[]
  readonly failed: Failure[]
  readonly notApplicable: { readonly id: string; readonly reason: string }[]
}

/** A case that was answered otherwise than expected. */
export interface Failure {
  readonly id: string
  readonly expected: Expected
  readonly got: Got | { readonly error: string }
  readonly differs: readonly string[]
}

/** Puts every case of a file to the framework. */
export async function runVectors(file: VectorFile): Promise<Summary> {
  const summary: Summary = { passed: [], failed: [], notApplicable: [] }
  for (const vector of file.vectors) await runVector(vector, file, summary)
  return summary
}

async function runVector(vector: Vector, file: VectorFile, summary: Summary): Promise<void> {
  const { id, profile = '', resource = {} } = vector
  const defaults = file.profiles?.[profile]?.defaults ?? {}
  const facts = { ...defaults, ...resource }
  let expected: Expected = vector.expect
  try {
    if (vector.request === undefined || vector.expect === undefined)
      throw new NotApplicable('a case without a request or without an expectation')
    checkApplicable(vector, facts)
    expected = expectedOf(vector, facts)
    const response = await build(facts).fetch(requestOf(vector))
    const differs = [...differences(expected, response), ...(await contentDifference(expected, response))]
    if (differs.length === 0) summary.passed.push(id)
    else summary.failed.push({ id, expected, got: gotOf(response), differs })
    if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined)
  } catch (error) {
    if (error instanceof NotApplicable) summary.notApplicable.push({ id, reason: error.message })
    else summary.failed.push({ id, expected, got: { error: String(error) }, differs: [String(error)] })
  }
}
