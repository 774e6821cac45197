import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2'
import { type Kind, later } from './load.ts'

const UPLOAD = 'x'.repeat(50_000)

/** What a client may ask, one request after another; a stream of events goes on until the server ends it. */
const REQUESTS: Readonly<Record<Exclude<Kind, 'fresh'> | 'events', OutgoingHttpHeaders>> = {
  short: { ':path': '/' },
  long: { ':path': '/wait/150' },
  stream: { ':path': '/stream/150' },
  upload: { ':path': '/size', ':method': 'POST', 'content-type': 'a/b' },
  events: { ':path': '/events', accept: 'text/event-stream' },
}

export type Http2Kind = keyof typeof REQUESTS

/** What became of the requests of a load over HTTP/2. */
export interface Http2Load {
  answered: number
  /** Requests that the server gave back without looking at them, to be sent elsewhere (RFC 9113 §8.7). */
  givenBack: number
  /** Those to which no whole response with a 2xx came. */
  readonly failed: string[]
  /** Sessions that could not be had. */
  refused: number
  /** Ends when every client has its last answer. */
  stop(): Promise<void>
}

/** Clients that each ask all of these at once over one session, again and again, until they are sent away. */
export function loadHttp2(url: string, clients: number, kinds: readonly Http2Kind[]): Http2Load {
  let isOver = false
  const running: Promise<void>[] = []
  const result: Http2Load = {
    answered: 0,
    givenBack: 0,
    failed: [],
    refused: 0,
    async stop() {
      isOver = true
      await Promise.all(running)
    },
  }

  async function client(): Promise<void> {
    while (!isOver) {
      const session = connect(url)
      session.on('error', () => undefined)
      try {
        await once(session, 'remoteSettings')
      } catch {
        result.refused++
        await later(20)
        continue
      }
      await Promise.all(kinds.map((kind) => askOver(session, kind)))
      session.close()
      await later(1)
    }
  }

  async function askOver(session: ClientHttp2Session, kind: Http2Kind): Promise<void> {
    let isAway = false
    session.once('goaway', () => {
      isAway = true
    })
    while (!isOver && !isAway && !session.closed) {
      const end = await answerTo(session, kind, () => isOver)
      if (end === 'answered') {
        result.answered++
        continue
      }
      if (end === 'given back') result.givenBack++
      else result.failed.push(`${kind}: ${end}`)
      return
    }
  }

  for (let count = 0; count < clients; count++) running.push(client())
  return result
}

function answerTo(session: ClientHttp2Session, kind: Http2Kind, isOver: () => boolean): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const stream = session.request(REQUESTS[kind], { endStream: kind !== 'upload' })
  let status: unknown
  let isLeft = false
  stream.on('error', () => undefined)
  stream.on('response', (head) => {
    status = head[':status']
  })
  stream.on('data', () => {
    // Events have no end while the server runs.
    if (kind !== 'events' || !isOver() || isLeft) return
    isLeft = true
    stream.close(constants.NGHTTP2_CANCEL)
  })
  stream.on('close', () => {
    const { rstCode } = stream
    if (rstCode === constants.NGHTTP2_REFUSED_STREAM) resolve('given back')
    else if (status === 200 && (rstCode === constants.NGHTTP2_NO_ERROR || isLeft)) resolve('answered')
    else resolve(`status ${status}, code ${rstCode}`)
  })
  if (kind === 'upload') void sendInParts(stream)
  return promise
}

async function sendInParts(stream: ReturnType<ClientHttp2Session['request']>): Promise<void> {
  stream.write(UPLOAD)
  await later(20)
  stream.end(UPLOAD)
}
