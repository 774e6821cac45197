import { type Call, callsIn, textsIn } from '../code.ts'
import type { CheckedRoute, RequestFunction } from '../declared.ts'
import { aboutFunction, type Rule } from '../rule.ts'

/** What says that somebody thought of how long the list is. */
const DIVIDES =
  /limit|offset|pag(?:e|ing|inat)|cursor|chunk|batch|rownum|\b(?:take|skip|top|slice)\b|fetch (?:first|next)/i

/** What names itself a reading of everything. */
const READS_ALL = /^(?:findAll|getAll|fetchAll|loadAll|selectAll|listAll|findMany)(?:[A-Z]\w*)?$/

/** Lists that grow with the table behind them. */
export const listWithoutPagination: Rule = ({ functions }) =>
  functions.flatMap((fn) => {
    const { route, isHandler, injectable } = fn
    // What is streamed is never in memory as a whole.
    if (!isHandler || route.method !== 'GET' || injectable.kind === 'generator') return []
    if (!endsInWord(route) || isDivided(route, functions)) return []
    const reading = callsIn(fn.code).find(readsAll)
    const sql = textsIn(fn.code).some(selectsAll)
    if (reading === undefined && !sql) return []
    const what = reading === undefined ? 'SELECT without LIMIT' : `${reading.name}(…)`
    const mend =
      ".dependency('pagination', pagination()), and read pagination.limit items from pagination.offset on; or stream them: provides: streams()"
    return aboutFunction(fn, `${what} reads as many items as there are`, mend)
  })

/** Whether the path names a collection: one item has its name in the path. */
function endsInWord({ template }: CheckedRoute): boolean {
  return template.segments.at(-1)?.kind === 'literal'
}

/** Whether anything that the handler comes to divides the list, or asks for a part of it. */
function isDivided({ handling }: CheckedRoute, functions: readonly RequestFunction[]): boolean {
  if ([...handling.names].some((name) => DIVIDES.test(name))) return true
  return functions.some(
    ({ injectable, code }) => handling.functions.has(injectable) && DIVIDES.test(code.text),
  )
}

function readsAll({ name, on, isNew, given }: Call): boolean {
  if (isNew) return false
  if (READS_ALL.test(name)) return true
  // `db.query().all()` and `users.find({})`, but not `Promise.all([…])` and `list.find(isMine)`.
  if (name === 'all') return on !== '' && given.length === 0
  const isEmpty =
    given.length === 0 || (given.length === 1 && given[0]?.map(({ text }) => text).join('') === '{}')
  return name === 'find' && on !== '' && isEmpty
}

/** Whether a statement gives all rows: what has a condition, or counts, may well give few. */
function selectsAll(sql: string): boolean {
  if (!/\bselect\b[\s\S]*\bfrom\b/i.test(sql) || /\bwhere\b|\bhaving\b/i.test(sql)) return false
  return !/\bselect\s+(?:count|sum|avg|min|max|exists)\s*\(/i.test(sql) || /\bgroup\s+by\b/i.test(sql)
}
