import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Wire, type WireResponse } from '../server/wire.ts'
import { contract } from './contract.ts'
import type { Case, Given } from './contract-case.ts'

const bun = join(import.meta.dirname, '../../../../node_modules/.bin/bun')
/** What Bun does by itself, whatever the adapter says. */
const OWN_WAY: Readonly<Record<string, string>> = {
  'a stream has no length': 'a stream that ends at once is sent with its length',
  'HEAD of a stream': 'what has no body is sent with a length of 0',
  'a web Response goes out as it is': 'the type of a text is not among the fields of its Response',
  'a dot segment is refused': 'dot segments are resolved before anybody sees them',
}
const OF_THE_CONNECTION = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])

// An optional package: it may be missing, or be there without its program.
const isThere = spawnSync(bun, ['--version']).status === 0

describe.skipIf(!isThere)('app.fetch behind the server of Bun', () => {
  let server: ChildProcess
  let port: number

  beforeAll(async () => {
    server = spawn(bun, [join(import.meta.dirname, 'fetch-bun-server.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const [told] = await once(server.stdout as NodeJS.ReadableStream, 'data')
    port = Number.parseInt(String(told), 10)
  })
  afterAll(() => void server.kill())

  async function ask({ method, target, headers, content, isChunked }: Given): Promise<WireResponse> {
    const wire = await Wire.open({ port })
    const lines = ['Host: localhost', ...headers.map(([name, value]) => `${name}: ${value}`)]
    if (content !== undefined)
      lines.push(isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length}`)
    wire.ask(`${method} ${target} HTTP/1.1`, ...lines)
    if (content === undefined) return wire.response(method)
    if (!isChunked) wire.socket.write(content)
    else {
      wire.send(`${content.length.toString(16)}\r\n`)
      wire.socket.write(content)
      wire.send('\r\n0\r\n\r\n')
    }
    return wire.response(method)
  }

  async function keeps({ given, status, headers, body }: Case): Promise<void> {
    const response = await ask(given)
    const shown = response.headers
      .filter(([name]) => !OF_THE_CONNECTION.has(name))
      .map(([name, value]) => `${name}: ${value}`)
    // What its words are does not matter everywhere, but how many there are is always told.
    const length = body === undefined && given.method !== 'HEAD' ? response.body.length : undefined
    const wanted = length === undefined ? headers : [...headers, `content-length: ${length}`]
    const compared = body === undefined && given.method === 'HEAD' ? shown.filter(isNoLength) : shown
    expect([response.status, compared.sort()]).toEqual([status, [...wanted].sort()])
    if (body !== undefined) expect(response.body).toEqual(Buffer.from(body as string))
  }

  for (const [part, cases] of Object.entries(contract)) {
    describe(part, () => {
      for (const one of cases) {
        const reason = OWN_WAY[one.name]
        if (reason === undefined) it(one.name, () => keeps(one))
        else it.skip(`${one.name} (not here: ${reason})`)
      }
    })
  }
})

function isNoLength(line: string): boolean {
  return !line.startsWith('content-length: ')
}
