import { connect } from 'node:net'

/** Reads an answer to its end and gives its status. */
export async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer
  await response.arrayBuffer()
  return response.status
}

/** Runs `one` so many times, with `width` at once. */
export async function inParallel(
  times: number,
  width: number,
  one: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  async function work(): Promise<void> {
    while (next < times) await one(next++)
  }
  await Promise.all(Array.from({ length: width }, work))
}

/** Leaves a streamed answer when its beginning is there: its rest must be more than lies on the way. */
export async function leaveStream(url: string): Promise<void> {
  const leaving = new AbortController()
  const { body } = await fetch(url, { signal: leaving.signal })
  await body?.getReader().read()
  leaving.abort()
}

/** Sends a request and leaves without waiting for the answer. */
export function leaveAtOnce(url: string): Promise<void> {
  const { port, pathname } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`GET ${pathname} HTTP/1.1\r\nhost: localhost\r\n\r\n`, () => socket.destroy())
    })
    socket.once('close', () => resolve())
    socket.once('error', reject)
  })
}
