import type { AcceptedContent, Run } from '../decisions/run.ts'
import type { Plan } from '../injection/plan.ts'
import { contentReaders } from '../representation/content.ts'

/** No parser of content. */
export const NO_PARSERS: AcceptedContent['parsers'] = new Map()

/** The readers of content that a plan reaches. */
export function readersIn(plan: Plan<Run>): readonly string[] {
  return Object.keys(contentReaders).filter((name) => plan.reaches(name))
}

/** The media types of content that these readers take. */
export function typesOf(
  readers: readonly string[],
  parsers: AcceptedContent['parsers'],
): AcceptedContent['types'] {
  const types = readers.flatMap((name) => contentReaders[name] ?? [])
  return types.includes('any') ? 'any' : [...new Set([...types, ...parsers.keys()])]
}

/** Whether the content is read as a whole, or more than once. */
export function needsWhole(readers: readonly string[]): boolean {
  return readers.length > 1 || readers.some((name) => name !== 'body' && name !== 'multipartBody')
}
