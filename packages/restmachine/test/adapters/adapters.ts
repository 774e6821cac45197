import { type ClientHttp2Session, connect } from 'node:http2'
import { serve } from 'restmachine/node'
import { afterAll, beforeAll } from 'vitest'
import { Wire } from '../server/wire.ts'
import { contractApp } from './contract-app.ts'
import type { Given } from './contract-case.ts'

/** What an adapter made of an answer. */
interface Observed {
  readonly status: number
  /** Sorted; without the fields that belong to a connection and not to the message. */
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** One way for a request to reach the application. */
export interface Subject {
  readonly name: 'fetch' | 'node' | 'http2'
  ask(given: Given): Promise<Observed>
}

// `transfer-encoding` is how HTTP/1.1 frames a stream; fetch has no word for it.
const OF_THE_CONNECTION = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])

function sorted(headers: Iterable<readonly [string, string]>): readonly string[] {
  return [...headers]
    .filter(([name]) => !OF_THE_CONNECTION.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
}

/** The application called as `app.fetch`. */
export function fetchSubject(): Subject {
  const app = contractApp()
  return {
    name: 'fetch',
    async ask({ method, target, headers, content, isChunked }) {
      const fields = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
      if (content !== undefined && !isChunked) fields.set('content-length', String(content.length))
      const body = content === undefined || content.length === 0 ? null : isChunked ? inTwo(content) : content
      const init = { method, headers: fields, body, duplex: 'half' }
      const response = await app.fetch(new Request(`http://localhost${target}`, init as RequestInit))
      return {
        status: response.status,
        headers: sorted(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      }
    },
  }
}

function inTwo(content: Uint8Array): ReadableStream<Uint8Array> {
  const half = content.length >> 1
  return new ReadableStream({
    start(controller) {
      controller.enqueue(content.subarray(0, half))
      controller.enqueue(content.subarray(half))
      controller.close()
    },
  })
}

/** The application behind a server, asked over a socket. To be called in a suite. */
export function nodeSubject(): Subject {
  let serving: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    serving = await serve(contractApp(), { port: 0, signals: false, gracefulTimeout: 100 })
  })
  afterAll(async () => void (await serving.close()))
  return {
    name: 'node',
    async ask({ method, target, headers, content, isChunked }) {
      const wire = await Wire.open(serving)
      const lines = ['Host: localhost', ...headers.map(([name, value]) => `${name}: ${value}`)]
      if (content !== undefined) {
        lines.push(isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length}`)
      }
      wire.ask(`${method} ${target} HTTP/1.1`, ...lines)
      if (content !== undefined && !isChunked) wire.socket.write(content)
      if (content !== undefined && isChunked) {
        const half = content.length >> 1
        for (const chunk of [content.subarray(0, half), content.subarray(half)]) {
          wire.send(`${chunk.length.toString(16)}\r\n`)
          wire.socket.write(chunk)
          wire.send('\r\n')
        }
        wire.send('0\r\n\r\n')
      }
      const response = await wire.response(method)
      return { status: response.status, headers: sorted(response.headers), body: response.body }
    },
  }
}

/** The application behind a server, asked over one connection of HTTP/2. To be called in a suite. */
export function http2Subject(): Subject {
  let serving: Awaited<ReturnType<typeof serve>>
  let session: ClientHttp2Session
  beforeAll(async () => {
    const options = { port: 0, signals: false, gracefulTimeout: 100, http2: true }
    serving = await serve(contractApp(), options)
    session = connect(serving.url)
  })
  afterAll(async () => {
    session.close()
    await serving.close()
  })
  return {
    name: 'http2',
    ask: ({ method, target, headers, content, isChunked }) =>
      new Promise((resolve, reject) => {
        const fields: Record<string, string | string[]> = {
          ...{ ':method': method, ':path': target, ':authority': 'localhost' },
        }
        for (const [given, value] of headers) {
          const name = given.toLowerCase()
          fields[name] = [fields[name] ?? [], value].flat()
        }
        if (content !== undefined && !isChunked) fields['content-length'] = String(content.length)
        const stream = session.request(fields, { endStream: content === undefined })
        const chunks: Buffer[] = []
        let seen: readonly (readonly [string, string])[] = []
        let status = 0
        stream.on('response', (head) => {
          status = Number(head[':status'])
          seen = Object.entries(head)
            .filter(([name]) => !name.startsWith(':'))
            .flatMap(([name, value]) => [value].flat().map((each) => [name, String(each)] as const))
        })
        stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
        stream.on('error', reject)
        stream.on('close', () => resolve({ status, headers: sorted(seen), body: Buffer.concat(chunks) }))
        if (content === undefined) return
        const half = content.length >> 1
        if (isChunked) stream.write(content.subarray(0, half))
        stream.end(isChunked ? content.subarray(half) : content)
      }),
  }
}
