import { titleOf } from '../http/status.ts'

/** The media type of {@link bareProblem}. */
export const PROBLEM_TYPE = 'application/problem+json'

/** A problem (RFC 9457) for those requests that no application ever sees, or none can answer any more. */
export function bareProblem(status: number, detail?: string): string {
  return JSON.stringify({ type: 'about:blank', title: titleOf(status), status, detail })
}
