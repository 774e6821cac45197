import { appendFileSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'

/** Keeps a processor busy for so many milliseconds. */
export function spin(time: number): void {
  const end = performance.now() + time
  while (performance.now() < end);
}

/** Leaves a line in a file. */
export function mark(file: string, ...words: readonly string[]): void {
  appendFileSync(file, `${words.join(' ')}\n`)
}

/** Leaves a line, spins, and leaves another. */
export function spinBetween(file: string, time: number): void {
  mark(file, 'begun')
  spin(time)
  mark(file, 'done')
}

export async function fail(message: string): Promise<void> {
  await after(1)
  throw new Error(message)
}

/** Takes its whole thread with it. */
export function exit(): void {
  process.exit(3)
}

export const notAFunction = 1
