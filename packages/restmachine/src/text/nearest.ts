/**
 * The known name that is nearest to what was written, whatever parts its words and whatever their case;
 * `undefined` when none is near.
 */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const plain = plainOf(written)
  let best: string | undefined
  let least = Math.max(1, Math.floor(plain.length / 3)) + 1
  for (const name of known) {
    const distance = editDistance(plain, plainOf(name))
    if (distance < least) [best, least] = [name, distance]
  }
  return best
}

function plainOf(name: string): string {
  return name.replace(/[-_ ]/g, '').toLowerCase()
}

// Two neighbours that changed places are one slip of the fingers.
function editDistance(left: string, right: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : change
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[right.length] ?? 0
}
