import { writeFileSync } from 'node:fs'

/** Counts the primes below a limit and writes the number down: work for a thread. */
export function writeReport(file: string, limit: number): void {
  const crossed = new Uint8Array(limit)
  let count = 0
  for (let number = 2; number < limit; number++) {
    if (crossed[number] === 1) continue
    count++
    for (let multiple = number * number; multiple < limit; multiple += number) crossed[multiple] = 1
  }
  writeFileSync(file, `${count} primes below ${limit}\n`)
}
