/** Says that a word is not known, and which known one is nearest. */
export function unknown(kind: string, sent: string, known: readonly string[]): string {
  const [nearest] = known.toSorted((left, right) => distance(sent, left) - distance(sent, right))
  return `unknown ${kind} "${sent}": did you mean "${nearest}"? Known are ${known.join(', ')}`
}

/** How many letters have to be put in, taken out or changed (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let line = 1; line <= left.length; line++) {
    const next = [line]
    for (let column = 1; column <= right.length; column++) {
      const change = (row[column - 1] ?? 0) + (left[line - 1] === right[column - 1] ? 0 : 1)
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
