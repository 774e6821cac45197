// Clients of a soak that keep to the rules: each of their requests has one right answer.
import type { Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { blame, judge, type Load, rest } from './soak-load.ts'
import { type Answered, type Asked, anyRequest, textOf } from './soak-requests.ts'
import { answerOn, open } from './soak-wire.ts'

/** How many requests a connection is kept for. */
const KEPT = 50
/** The longest pause between two requests, in milliseconds. */
const PAUSE = 160
/** How long a client of a crowd waits that was refused, in milliseconds for each in the crowd. */
const REFUSED_PAUSE = 0.6

/** Asks one thing after another over HTTP/1.1, until the load is over. */
export async function politeClient(load: Load): Promise<void> {
  await eachConnection(load, async (socket) => {
    for (let left = KEPT; left > 0 && !load.isOver; left--) {
      const asked = anyRequest()
      const begun = performance.now()
      const answer = await ask(socket, asked)
      if (answer === undefined && load.isStopping && left === KEPT && socket.bytesRead === 0)
        return void load.count.givenBack++
      judge(load, asked, answer, performance.now() - begun)
      if (answer === undefined || answer.fields.connection === 'close') return
      await rest(load, PAUSE)
    }
  })
}

/** Asks for more than is let in, for some time, in milliseconds. */
export async function overload(load: Load, clients: number, time: number): Promise<void> {
  const asked: Asked = { method: 'GET', path: '/slow/300', status: 200 }
  const [text] = textOf(asked) as [string]
  const end = performance.now() + time
  load.isOverloaded = true
  const client = async (): Promise<void> => {
    const socket = await open(load.port)
    while (performance.now() < end && !socket.destroyed) {
      const begun = performance.now()
      const answer = askText(socket, [text])
      judge(load, asked, await answer, performance.now() - begun)
      if ((await answer)?.status === 503) await after(REFUSED_PAUSE * clients)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: clients }, client))
  // Others that were let in late may still be refused.
  await after(500)
  load.isOverloaded = false
}

/** Connects again and again. */
export async function eachConnection(load: Load, use: (socket: Socket) => Promise<void>): Promise<void> {
  while (!load.isOver) {
    const socket = await open(load.port).catch(() => undefined)
    if (socket !== undefined) {
      load.count.connections++
      await use(socket)
      socket.destroy()
    } else if (load.isStopping) return
    else blame(load, 'A connection was refused')
    await after(1)
  }
}

function ask(socket: Socket, asked: Asked): Promise<Answered | undefined> {
  return askText(socket, textOf(asked))
}

async function askText(socket: Socket, parts: readonly string[]): Promise<Answered | undefined> {
  const answer = answerOn(socket)
  for (const [index, part] of parts.entries()) {
    if (index > 0) await after(10)
    socket.write(part)
  }
  return answer
}
