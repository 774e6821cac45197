import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RestApplication } from 'restmachine'
import { type ServeOptions, serve } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { served } from './served.ts'

const app = () => new RestApplication().get('/', () => ({ fine: true }))

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'listening-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function get(socketPath: string): Promise<string> {
  const asking = request({ socketPath, path: '/', headers: { connection: 'close' } }).end()
  const [response] = (await once(asking, 'response')) as [AsyncIterable<Buffer>]
  let text = ''
  for await (const chunk of response) text += chunk
  return text
}

async function faultOf(options: ServeOptions): Promise<string> {
  return serve(app(), { signals: false, ...options }).then(
    (serving) => serving.close().then(() => 'it serves'),
    (error: Error) => error.message,
  )
}

describe('a socket', () => {
  it('is served on, told of, and gone afterwards', async () => {
    const unix = join(folder(), 'app.sock')
    const { url, port, close } = await served(app(), { unix })
    expect([url, port]).toEqual([`unix:${unix}`, 0])
    expect(await get(unix)).toBe('{"fine":true}')
    expect(await close()).toBe(true)
    expect(existsSync(unix)).toBe(false)
  })

  it('that a killed server left behind is replaced', async () => {
    const unix = join(folder(), 'app.sock')
    const code = `require('net').createServer().listen(${JSON.stringify(unix)}, () => process.kill(process.pid, 'SIGKILL'))`
    await once(spawn(process.execPath, ['-e', code]), 'exit')
    expect(existsSync(unix)).toBe(true)
    await served(app(), { unix })
    expect(await get(unix)).toBe('{"fine":true}')
  })

  it('on which a server answers is left alone', async () => {
    const unix = join(folder(), 'app.sock')
    await served(app(), { unix })
    expect(await faultOf({ unix })).toBe(
      `Cannot serve on ${unix}: another server answers there; stop it, or choose another path`,
    )
    expect(await get(unix)).toBe('{"fine":true}')
  })

  it('does not replace a file', async () => {
    const unix = join(folder(), 'data.txt')
    writeFileSync(unix, 'precious')
    expect(await faultOf({ unix })).toBe(
      `Cannot serve on ${unix}: it is no socket; move it away, or choose another path`,
    )
    expect(existsSync(unix)).toBe(true)
  })

  it('needs a folder, and a short path', async () => {
    const place = folder()
    const nowhere = join(place, 'none', 'app.sock')
    expect(await faultOf({ unix: nowhere })).toBe(
      `Cannot serve on ${nowhere}: not permitted, or there is no such folder`,
    )
    const long = join(place, 'x'.repeat(120))
    expect(await faultOf({ unix: long })).toMatch(/: the path is too long for a socket/)
    expect(existsSync(long)).toBe(false)
  })
})

describe('options of listening', () => {
  it.each([
    [{ backlog: -1 }, 'Cannot serve: backlog is a whole number from 0, got -1'],
    [{ limitConcurrency: 0.5 }, 'Cannot serve: limitConcurrency is a whole number from 0, got 0.5'],
    [{ unix: 7 as never }, 'Cannot serve: unix is a string, got 7'],
  ])('%j', async (options, message) => {
    expect(await faultOf(options)).toBe(message)
  })

  it('a backlog is taken', async () => {
    const { url } = await served(app(), { backlog: 2_048 })
    expect((await fetch(url)).status).toBe(200)
  })

  it.skipIf(process.getuid?.() === 0)(
    'a port that is not permitted says why (root may use all)',
    async () => {
      expect(await faultOf({ port: 1 })).toBe(
        'Cannot serve on 127.0.0.1:1: not permitted; use a port from 1024',
      )
    },
  )
})
