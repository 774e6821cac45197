import type { Socket } from 'node:net'

/** How far the first bytes of HTTP/2 (RFC 9113 §3.4) must be seen: no method begins so. */
const PREFACE = Buffer.from('PRI')

/**
 * Tells which version of HTTP a client speaks that could not say it before, from its first three bytes. They are
 * still there for whoever reads on.
 *
 * @param time Milliseconds that it may take, after which the connection is closed; 0 is for ever.
 */
export function onceSpoken(socket: Socket, time: number, tell: (isHttp2: boolean) => void): void {
  const chunks: Buffer[] = []
  const late = time === 0 ? undefined : setTimeout(() => socket.destroy(), time)

  function look(): void {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) chunks.push(chunk)
    const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    const seen = bytes.subarray(0, PREFACE.length)
    if (seen.length < PREFACE.length && PREFACE.subarray(0, seen.length).equals(seen)) return
    forget()
    socket.unshift(bytes)
    tell(seen.equals(PREFACE))
  }
  function leave(): void {
    socket.destroy()
  }
  function forget(): void {
    clearTimeout(late)
    socket.off('readable', look).off('end', leave).off('error', leave).off('close', forget)
  }
  socket.on('readable', look).on('end', leave).on('error', leave).on('close', forget)
}
