import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RestApplication } from 'restmachine'
import { type AccessEntry, type AccessLogOption, serve } from 'restmachine/node'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLog } from '../application/asking.ts'
import { eventually, served } from './served.ts'

const app = () =>
  new RestApplication({ logger: createLog() })
    .get('/', () => ({ fine: true }))
    .get('/named', ({ requestId, responseHeaders }) => {
      responseHeaders.set('X-Request-Id', requestId)
      return requestId
    })
    .get('/stream', async function* () {
      yield 'one'
      yield 'two'
    })
    .get('/slow', async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    .get('/long', () => 'x'.repeat(50))

/** A server whose lines are kept. */
async function logged(format?: 'combined' | 'common' | 'json' | ((entry: AccessEntry) => string)) {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const serving = await served(app(), {
    accessLog: format === undefined ? { write } : { format, write },
  })
  const until = (count: number) => eventually(() => lines.length >= count, `Line ${count}`)
  return { ...serving, lines, until }
}

async function faultOf(accessLog: unknown): Promise<string> {
  return serve(app(), { port: 0, signals: false, accessLog: accessLog as AccessLogOption }).then(
    (serving) => serving.close().then(() => 'it serves'),
    (error: Error) => error.message,
  )
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'access-log-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

describe('a line of the access log', () => {
  it('is in the combined format, with time and id behind it', async () => {
    const { url, lines, until } = await logged()
    const headers = { 'user-agent': 'test/1', referer: 'http://a.example/' }
    const id = await (await fetch(`${url}/named?x=1`, { headers })).text()
    await until(1)
    expect(lines[0]).toMatch(
      /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/named\?x=1 HTTP\/1\.1" 200 \d+ "http:\/\/a\.example\/" "test\/1" [\d.]+ "[0-9a-f-]{36}"$/,
    )
    expect(lines[0]?.endsWith(`"${id.replaceAll('"', '')}"`)).toBe(true)
  })

  it('is in the common format', async () => {
    const { url, lines, until } = await logged('common')
    await fetch(`${url}/nothing`)
    await until(1)
    expect(lines[0]).toMatch(/^127\.0\.0\.1 - - \[[^\]]+\] "GET \/nothing HTTP\/1\.1" 404 \d+$/)
  })

  it('is JSON', async () => {
    const { url, lines, until } = await logged('json')
    await (await fetch(url, { headers: { 'user-agent': 'test/1' } })).text()
    await until(1)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      remoteAddress: '127.0.0.1',
      method: 'GET',
      target: '/',
      httpVersion: '1.1',
      status: 200,
      bytes: '{"fine":true}'.length,
      duration: expect.any(Number),
      complete: true,
      userAgent: 'test/1',
    })
  })

  it('counts the bytes of content: of text, of streams, of none', async () => {
    const { lines, until, wire } = await logged(({ method, target, bytes }) => `${method} ${target} ${bytes}`)
    const client = await wire()
    let count = 0
    for (const [method, target] of [
      ['GET', '/long'],
      ['HEAD', '/long'],
      ['GET', '/stream'],
    ] as const) {
      const { body } = await client.ask(`${method} ${target} HTTP/1.1`, 'Host: a').response(method)
      await until(++count)
      expect(lines.at(-1)).toBe(`${method} ${target} ${body.length}`)
    }
    expect(lines.at(-1)).not.toBe('GET /stream 0')
  })

  it('is written for what never reaches the application', async () => {
    const { lines, until, wire } = await logged(
      ({ method, target, status }) => `${method} ${target} ${status}`,
    )
    await (await wire()).ask('GET / HTTP/1.1').response()
    await until(1)
    expect(lines).toEqual(['GET / 400'])
  })

  it('is written with 499 when the client leaves before there is an answer', async () => {
    const { lines, until, wire } = await logged(
      ({ target, status, complete }) => `${target} ${status} ${complete}`,
    )
    const client = await wire()
    client.ask('GET /slow HTTP/1.1', 'Host: a')
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.socket.destroy()
    await until(1)
    expect(lines).toEqual(['/slow 499 false'])
  })

  it('is written for each of several requests in one packet, once, in order', async () => {
    const { lines, until, wire } = await logged(({ target, status }) => `${target} ${status}`)
    const client = await wire()
    client.send(Array.from({ length: 30 }, (_, at) => `GET /${at} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''))
    for (let at = 0; at < 30; at++) await client.response()
    await until(30)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(lines).toEqual(Array.from({ length: 30 }, (_, at) => `/${at} 404`))
  })

  it('is written for requests that wait behind one whose client left', async () => {
    const { lines, until, wire } = await logged(({ target, status }) => `${target} ${status}`)
    const client = await wire()
    client.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.socket.destroy()
    await until(2)
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['/', '/slow'])
  })
})

describe('what strangers send', () => {
  // Another line, an escape sequence of terminals, its one-byte form, a quote and a backslash.
  const AGENT = 'a\x1b[31m\x9b31m"\\\x7f\t\xe9'

  it.each(['combined', 'common', 'json'] as const)('cannot forge a line in the %s format', async (format) => {
    const { lines, until, wire } = await logged(format)
    const client = await wire()
    await client.ask('GET /%0d%0a127.0.0.1"\\ HTTP/1.1', 'Host: a', 'User-Agent: test').response()
    // Of what the parser lets through in a field; ESC is refused by it with 400.
    await client
      .ask('GET / HTTP/1.1', 'Host: a', `User-Agent: ${AGENT.replace('\x1b', '').replace('\x7f', '')}`)
      .response()
    await until(2)
    for (const line of lines) expect(line).toMatch(/^[ -~]+$/)
    if (format === 'json') {
      expect(JSON.parse(lines[0] ?? '').target).toBe('/%0d%0a127.0.0.1"\\')
      expect(JSON.parse(lines[1] ?? '').userAgent).toBe(AGENT.replace('\x1b', '').replace('\x7f', ''))
    } else expect(lines[0]).toContain('"GET /%0d%0a127.0.0.1\\x22\\x5C HTTP/1.1"')
    if (format === 'combined') expect(lines[1]).toContain('"a[31m\\x9B31m\\x22\\x5C\\x09\\xE9"')
  })

  it('cannot forge a line in a format of the user', async () => {
    const { url, lines, until } = await logged(
      ({ target }) => `${target}\r\nforged \x1b[2J\x9b2J\u2028\ttab é`,
    )
    await fetch(url)
    await until(1)
    expect(lines).toEqual(['/\\x0D\\x0Aforged \\x1B[2J\\x9B2J\\u2028\ttab é'])
  })
})

describe('writing the access log', () => {
  it('goes to the end of a file, and is whole when the server has closed', async () => {
    const path = join(await folder(), 'access.log')
    for (const round of [1, 2]) {
      const serving = await serve(app(), { port: 0, signals: false, accessLog: path })
      await Promise.all(Array.from({ length: 20 }, async () => (await fetch(serving.url)).text()))
      await serving.close()
      const text = await readFile(path, 'utf8')
      expect(text.split('\n')).toHaveLength(20 * round + 1)
      expect(text.endsWith('\n')).toBe(true)
    }
  })

  it('goes to the standard output', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((...given: unknown[]) => {
      const done = given.at(-1)
      if (typeof done === 'function') done()
      return true
    })
    onTestFinished(() => write.mockRestore())
    const { url } = await served(app(), { accessLog: 'common' })
    await fetch(url)
    const written = () => write.mock.calls.map(([text]) => String(text)).join('')
    await eventually(() => written().includes('"GET / HTTP/1.1" 200 13\n'), 'The line')
  })

  it('does not harm requests when it fails', async () => {
    const logger = createLog()
    const failing = () => {
      throw new Error('no room')
    }
    const { url } = await served(
      new RestApplication({ logger }).get('/', () => 'fine'),
      {
        accessLog: { write: failing },
      },
    )
    const { url: formatted } = await served(
      new RestApplication({ logger }).get('/', () => 'fine'),
      {
        accessLog: { format: failing },
      },
    )
    for (const base of [url, url, formatted]) expect(await (await fetch(base)).text()).toBe('"fine"')
    await eventually(() => logger.lines.length >= 2, 'The report')
    expect(logger.lines.map(({ message }) => message).sort()).toEqual([
      'The access log cannot be written',
      'The access log has a format that failed',
    ])
  })

  it('is off by default: nothing of a response is replaced', async () => {
    const { server, url } = await served(app())
    let isOwn: boolean | undefined
    server.prependListener('request', (_, outgoing) => {
      setImmediate(() => (isOwn = Object.hasOwn(outgoing, 'writeHead')))
    })
    await fetch(url)
    await eventually(() => isOwn !== undefined)
    expect(isOwn).toBe(false)
  })
})

describe('an access log that cannot be', () => {
  const WHAT =
    'Cannot serve: accessLog is true, false, "combined", "common", "json", a path or { format, write }: '

  it.each([
    ['jsn', 'got "jsn"; did you mean "json"?; a path has a "/" or a "." in it'],
    [7, 'got 7'],
    [null, 'got null'],
    [{ fromat: 'json' }, 'there is no option "fromat"; did you mean "format"?'],
    [{ format: 'comon' }, 'there is no format "comon"; did you mean "common"?'],
    [{ write: 7 }, 'write is a path or a function, got 7'],
  ])('%j is refused', async (option, reason) => {
    expect(await faultOf(option)).toBe(WHAT + reason)
  })

  it('is refused when its file cannot be opened', async () => {
    const path = join(await folder(), 'missing/access.log')
    expect(await faultOf(path)).toMatch(
      `Cannot serve: the access log ${path} cannot be opened: ENOENT: no such file or directory`,
    )
  })
})
