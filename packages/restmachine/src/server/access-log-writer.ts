import { appendFile } from 'node:fs'
import { openForAppending } from './appended-file.ts'

/** Takes lines, and calls back when they are written or lost. */
type Sink = (lines: readonly string[], done: (error?: unknown) => void) => void

/** Where the lines of an access log go. */
export interface LineWriter {
  /** Takes a line. It costs the request no more than that: writing happens later, many lines at once. */
  add(line: string): void
  /** Writes what is left, and lets go of the file. */
  close(): Promise<void>
}

type Report = (message: string, error: unknown) => void

/** The most characters that wait for a slow disk or reader; what comes then is lost, and counted. */
const MOST_WAITING = 8 * 2 ** 20

/** Writes lines in the order they come, one batch at a time. What goes wrong is reported, and nobody else hears of it. */
export function createLineWriter(
  sink: Sink,
  release: () => void | Promise<void>,
  report: Report,
): LineWriter {
  let waiting: string[] = []
  let size = 0
  let lost = 0
  let isFailing = false
  let isClosed = false
  /** The batches on their way; `undefined` when there are none. */
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const lines = waiting
      waiting = []
      size = 0
      const error = await write(lines)
      // A full disk is told once, not with every line.
      if (error !== undefined && !isFailing) report('The access log cannot be written', error)
      isFailing = error !== undefined
      if (lost > 0) report('The access log is written too slowly', new Error(`${lost} lines are lost`))
      lost = 0
    }
    writing = undefined
  }

  function write(lines: readonly string[]): Promise<unknown> {
    return new Promise((resolve) => {
      try {
        sink(lines, (error) => resolve(error ?? undefined))
      } catch (error) {
        resolve(error)
      }
    })
  }

  return {
    add(line) {
      if (isClosed) return
      if (size + line.length > MOST_WAITING) {
        lost++
        return
      }
      waiting.push(line)
      size += line.length
      writing ??= writeAll()
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await writing
      await release()
    },
  }
}

/** Writes to the standard output of the process. */
export function createOutputWriter(report: Report): LineWriter {
  const { stdout } = process
  // Who reads it may go away; an error that nobody listens for would end the process.
  const ignore = (): void => undefined
  stdout.on('error', ignore)
  return createLineWriter(
    (lines, done) => void stdout.write(`${lines.join('\n')}\n`, done),
    () => void stdout.off('error', ignore),
    report,
  )
}

/** Hands each line to a function. */
export function createFunctionWriter(write: (line: string) => unknown, report: Report): LineWriter {
  return createLineWriter(
    (lines, done) => {
      // An async function may fail later; a rejection that nobody hears would end the process.
      Promise.all(lines.map(async (line) => write(line))).then(() => done(), done)
    },
    () => undefined,
    report,
  )
}

/**
 * Writes to the end of a file; it is made where it is not there, also after somebody has moved it away.
 *
 * @throws {Error} When it cannot be opened.
 */
export function createFileWriter(path: string, report: Report): LineWriter {
  const file = openForAppending(path)
  return createLineWriter(
    (lines, done) => appendFile(file.descriptor(), `${lines.join('\n')}\n`, done),
    () => file.close(),
    report,
  )
}
