import type { Validators } from '../decisions/run.ts'
import { type EntityTag, formatEntityTag } from '../http/entity-tag.ts'
import { formatHttpDate } from '../http/http-date.ts'

const NO_FIELDS: readonly string[] = []

/** The fields of a response, and those of its validators behind them (RFC 9110 §8.8), flat. */
export function withValidatorFields(
  before: readonly string[],
  { etag, lastModified }: Validators,
): readonly string[] {
  const fields = validatorFields(etag, lastModified)
  return before.length === 0 ? fields : [...before, ...fields]
}

// Each list in one go: to push costs 30 ns.
function validatorFields(etag: EntityTag | undefined, lastModified: number | undefined): readonly string[] {
  const tag = etag === undefined ? undefined : formatEntityTag(etag)
  if (lastModified === undefined) return tag === undefined ? NO_FIELDS : ['etag', tag]
  const date = formatHttpDate(lastModified)
  return tag === undefined ? ['last-modified', date] : ['etag', tag, 'last-modified', date]
}
