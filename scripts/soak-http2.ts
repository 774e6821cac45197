// Clients of a soak that speak HTTP/2: several requests at once over one connection, some of which they give up.
import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { setTimeout as after } from 'node:timers/promises'
import { blame, judge, type Load, rest } from './soak-load.ts'
import { type Answered, type Asked, anyRequest } from './soak-requests.ts'
import { closed } from './soak-wire.ts'

/** How many requests run at once, and how often in a row. */
const AT_ONCE = 4
const ROUNDS = 12
/** The longest pause between two rounds, in milliseconds. */
const PAUSE = 400

/** Asks over one session after another, until the load is over. */
export async function http2Client(load: Load): Promise<void> {
  while (!load.isOver) {
    const session = connect(`http://127.0.0.1:${load.port}`)
    session.on('error', () => undefined)
    if (await isOpen(session)) {
      load.count.connections++
      await useSession(load, session)
    } else if (load.isStopping) return
    else blame(load, 'A session of HTTP/2 could not be had')
    await after(1)
  }
}

async function isOpen(session: ClientHttp2Session): Promise<boolean> {
  return await once(session, 'remoteSettings').then(
    () => true,
    () => false,
  )
}

async function useSession(load: Load, session: ClientHttp2Session): Promise<void> {
  let isAway = false
  session.on('goaway', () => {
    isAway = true
  })
  for (let round = 0; round < ROUNDS && !load.isOver && !isAway; round++) {
    const asked = Array.from({ length: AT_ONCE }, anyRequest)
    await Promise.all([...asked.map((one) => judged(load, session, one)), giveUp(session)])
    await rest(load, PAUSE)
  }
  // Some leave without a word.
  if (Math.random() < 0.3) return session.destroy()
  const over = closed(session)
  session.close()
  await over
}

async function judged(load: Load, session: ClientHttp2Session, asked: Asked): Promise<void> {
  const begun = performance.now()
  const answer = await answerTo(session, asked)
  if (answer === 'given back' && load.isStopping) load.count.givenBack++
  else judge(load, asked, answer === 'given back' ? undefined : answer, performance.now() - begun)
}

function answerTo(session: ClientHttp2Session, asked: Asked): Promise<Answered | 'given back' | undefined> {
  const { method, path, host = 'here', fields, content } = asked
  const { promise, resolve } = Promise.withResolvers<Answered | 'given back' | undefined>()
  if (session.closed || session.destroyed) return Promise.resolve('given back')
  const head = { ':method': method, ':path': path, ':authority': host, ...fields }
  const stream = session.request(head, { endStream: content === undefined })
  const chunks: Buffer[] = []
  let given: Record<string, unknown> | undefined
  stream.on('error', () => undefined)
  stream.on('response', (response) => {
    given = response
  })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('close', () => {
    const isWhole = given !== undefined && stream.rstCode === constants.NGHTTP2_NO_ERROR
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return resolve('given back')
    if (!isWhole) return resolve(undefined)
    const body = Buffer.concat(chunks).toString('latin1')
    resolve({ status: Number(given?.[':status']), fields: given as Answered['fields'], body })
  })
  if (content !== undefined) stream.end(content)
  return promise
}

/** Asks, and does not stay for the answer. */
async function giveUp(session: ClientHttp2Session): Promise<void> {
  if (session.closed || session.destroyed) return
  const path = Math.random() < 0.5 ? '/events' : '/slow/100'
  const stream = session.request({ ':path': path, accept: '*/*' })
  stream.on('error', () => undefined).resume()
  const over = closed(stream)
  await after(Math.random() * 60)
  stream.close(constants.NGHTTP2_CANCEL)
  await over
}
