// Clients of a soak that take their time, break off, or never meant it: the server has to get rid of them by itself.
import type { Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { eachConnection } from './soak-clients.ts'
import { blame, type Load, rest } from './soak-load.ts'
import { anyRequest, textOf } from './soak-requests.ts'
import { closed } from './soak-wire.ts'

/** Time-outs of the server that these clients run into, in milliseconds. */
export const TIME_OUTS = { headersTimeout: 2_000, requestTimeout: 3_000, sendTimeout: 2_000 } as const

/** How much later than its time-out a connection may be closed: the server looks now and then, and has to work. */
const SLACK = 4_000

const HEAD = 'Host: here\r\n'
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'

/** What each of them does with a connection; gives what is wrong with the server, if anything. */
const WAYS: Readonly<Record<string, (socket: Socket) => Promise<string | undefined>>> = {
  'a sender of slow header fields': async (socket) => {
    socket.resume().write(`GET / HTTP/1.1\r\n${HEAD}X-Slow: `)
    return await isCut(socket, TIME_OUTS.headersTimeout, () => socket.write('x'))
  },
  'a sender of slow content': async (socket) => {
    socket.resume().write(`POST /size HTTP/1.1\r\n${HEAD}Content-Type: a/b\r\nContent-Length: 9000\r\n\r\n`)
    return await isCut(socket, TIME_OUTS.requestTimeout, () => socket.write('x'))
  },
  'a silent client': (socket) => isCut(socket.resume(), TIME_OUTS.headersTimeout),
  'a silent client of HTTP/2': async (socket) => {
    socket.resume().write(PREFACE, 'latin1')
    return await isCut(socket, TIME_OUTS.headersTimeout)
  },
  'a client that said half and hung up': async (socket) => {
    socket.resume().end(`POST /size HTTP/1.1\r\n${HEAD}Content-Type: a/b\r\nContent-Length: 9000\r\n\r\nx`)
    return await isCut(socket, TIME_OUTS.requestTimeout)
  },
  'a reader of nothing': async (socket) => {
    let length = 0
    socket.write(`GET /large HTTP/1.1\r\n${HEAD}\r\n`)
    // Whoever takes something just before the time is up gets as much again.
    await after(2 * TIME_OUTS.sendTimeout + SLACK)
    socket.on('data', (chunk) => {
      length += chunk.length
    })
    return (await isCut(socket, 0)) ?? (length < 10_000_000 ? undefined : 'got all of it')
  },
  'a talker of nonsense': async (socket) => {
    socket.resume().write('noise\r\n\r\n')
    return await isCut(socket, 0)
  },
  'a reader of events who leaves': async (socket) => {
    let events = 0
    let isRefused = false
    socket.setEncoding('latin1').on('data', (text: string) => {
      events += text.split('\ndata: ').length - 1
      isRefused ||= text.startsWith('HTTP/1.1 503 ')
    })
    socket.write(`GET /events HTTP/1.1\r\n${HEAD}Accept: text/event-stream\r\n\r\n`)
    const begun = performance.now()
    while (events < 3 && !isRefused && !socket.destroyed && performance.now() - begun < 3 * SLACK)
      await after(100)
    await after(Math.random() * 3_000)
    return events >= 3 || isRefused ? undefined : `${events} events came`
  },
  'one that resets': async (socket) => {
    for (let left = Math.random() * 4; left > 0; left--) {
      const text = textOf(anyRequest()).join('')
      socket.write(Math.random() < 0.3 ? text.slice(0, Math.random() * text.length) : text)
    }
    await after(Math.random() * 40)
    if (Math.random() < 0.7) socket.resetAndDestroy()
    else socket.destroy()
    return undefined
  },
}

/** One of each, until the load is over. */
export function unrulyClients(load: Load): Promise<void>[] {
  return Object.entries(WAYS).map(([name, way]) =>
    eachConnection(load, async (socket) => {
      const fault = await way(socket)
      if (fault === undefined || load.isStopping) load.count.unruly++
      else blame(load, `${name}: ${fault}`)
      await rest(load, 50)
    }),
  )
}

/** Whether the server closes a connection in time. */
async function isCut(socket: Socket, time: number, drip?: () => void): Promise<string | undefined> {
  if (socket.destroyed) return undefined
  const drips = setInterval(() => socket.writable && drip?.(), 100)
  const isClosed = await Promise.race([closed(socket).then(() => true), after(time + SLACK, false)])
  clearInterval(drips)
  return isClosed ? undefined : `it was not closed within ${time + SLACK} ms`
}
