import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Wire } from '../server/wire.ts'
import { APP, folderWith, run, start, urlOf, watch } from './command.ts'

const later = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

describe('restmachine serve', () => {
  it('serves app.ts when nobody names a file', async () => {
    const running = start(folderWith({ 'app.ts': APP }), ['serve', '-p', '0'])
    const response = await fetch(await urlOf(running))
    expect(await response.json()).toEqual({ hello: 'world' })
    expect(running.said()).toContain('Serving app.ts on http://127.0.0.1:')
  })

  it.each([
    ['server.js', `${APP.replace('export const app', 'const app')}\nexport default app\n`],
    ['src/app.ts', APP],
    [
      'main.mts',
      APP.replace('new RestApplication()', 'Promise.resolve(new RestApplication()').replace(
        'textBody)',
        'textBody))',
      ),
    ],
  ])('serves %s, whatever way it exports its application', async (file, text) => {
    const running = start(folderWith({ [file]: text }), ['serve', file, '--port=0'])
    expect((await fetch(await urlOf(running))).status).toBe(200)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'finishes what is under way on %s, and ends with 0',
    async (signal) => {
      const running = start(folderWith({ 'app.ts': APP }), ['serve', '--port', '0'])
      const waiting = fetch(new URL('/wait/400', await urlOf(running)))
      await later(150)
      running.process.kill(signal)
      expect(await (await waiting).json()).toEqual({ waited: '400' })
      const { code, out } = await running.ended
      expect(code).toBe(0)
      expect(out).toMatch(/closed\n$/)
    },
  )

  it('ends with 1 when the graceful time-out is over first', async () => {
    const running = start(folderWith({ 'app.ts': APP }), ['serve', '-p', '0', '--graceful-timeout', '100ms'])
    const waiting = fetch(new URL('/wait/60000', await urlOf(running))).catch(() => 'cut')
    await later(150)
    running.process.kill('SIGTERM')
    expect((await running.ended).code).toBe(1)
    expect(await waiting).toBe('cut')
  })

  it('hands flags on to the server', async () => {
    const running = start(folderWith({ 'app.ts': APP }), ['serve', '-p', '0', '--access-log', 'common'])
    await fetch(await urlOf(running))
    await running.says(/"GET \/ HTTP\/1\.1" 200 17\n/)
  })

  it('believes the proxies that are named', async () => {
    const words = ['-p', '0', '--access-log', 'common', '--trust-proxy', '10.0.0.0/8, loopback']
    const running = start(folderWith({ 'app.ts': APP }), ['serve', ...words])
    await fetch(await urlOf(running), { headers: { 'x-forwarded-for': '192.0.2.7' } })
    await running.says(/^192\.0\.2\.7 - - .*"GET \/ HTTP\/1\.1" 200 17$/m)
  })

  it('gives 503 to who is too many', async () => {
    const running = start(folderWith({ 'app.ts': APP }), ['serve', '-p', '0', '--limit-concurrency', '1'])
    const url = await urlOf(running)
    const inside = fetch(new URL('/wait/300', url))
    await later(100)
    expect((await fetch(url)).status).toBe(503)
    expect((await inside).status).toBe(200)
  })

  it('listens on a unix socket', async () => {
    const folder = folderWith({ 'app.ts': APP })
    const running = start(folder, ['serve', '--unix', 'app.sock'])
    await running.says(/ on unix:/)
    const curl = watch('curl', ['-s', '--unix-socket', join(folder, 'app.sock'), 'http://here/'], folder)
    expect((await curl.ended).out).toBe('{"hello":"world"}')
  })

  it('serves with several processes, and drains all of them', async () => {
    const running = start(folderWith({ 'app.ts': APP }), ['serve', '-p', '0', '--workers', '2'])
    const url = new URL(await urlOf(running))
    const wire = await Wire.open({ port: Number(url.port) })
    wire.ask('GET /wait/300 HTTP/1.1', 'Host: here')
    await later(100)
    running.process.kill('SIGTERM')
    expect((await wire.response()).status).toBe(200)
    const { code, out } = await running.ended
    expect(code).toBe(0)
    expect(out.match(/closed/g)).toHaveLength(2)
  })

  it('says that a port is in use, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const { code, err } = await run(folderWith({ 'app.ts': APP }), ['serve', '-p', String(port)])
    expect(code).toBe(1)
    expect(err).toBe(
      `restmachine: Cannot serve on 127.0.0.1:${port}: the port is in use; choose another one, or 0 for a free one\n`,
    )
  })

  it('says which certificate is not there', async () => {
    const folder = folderWith({ 'app.ts': APP })
    const { code, err } = await run(folder, ['serve', '--tls-key', 'key.pem', '--tls-cert', 'cert.pem'])
    expect(code).toBe(1)
    expect(err).toMatch(/^restmachine: Cannot serve: tls\.(key|cert): there is no file (key|cert)\.pem\n$/)
  })
})

describe('what workers cannot start with', () => {
  it.each([
    ["throw new RangeError('too big')", 'Cannot start worker 1: RangeError: too big\n  at:    bad.ts:1:7\n'],
    ["import './lost.ts'", "Cannot start worker 1: Cannot find module 'lost.ts'\n  at:    bad.ts\n"],
    ["throw 'stop'", 'Cannot start worker 1: it threw "stop"\n'],
    [
      "import 'lost'",
      "Cannot start worker 1: Cannot find package 'lost'\n  at:    bad.ts\n  mend:  npm install lost\n",
    ],
  ])('%s is told with its name, the place and the mend', async (text, told) => {
    const { code, err, out } = await run(folderWith({ 'bad.ts': text }), [
      'serve',
      'bad.ts',
      '-w',
      '2',
      '-p',
      '0',
    ])
    expect([code, out, err]).toEqual([1, '', `restmachine: ${told}`])
  })
})

describe('what the command says where the code says nothing', () => {
  it('holds in workers, too', async () => {
    const words = [
      '-p',
      '0',
      '-w',
      '2',
      '--compression=gzip',
      '--body-limit',
      '4',
      '--error-log',
      'error.log',
    ]
    const folder = folderWith({ 'app.ts': APP })
    const running = start(folder, ['serve', ...words, '--slow-request', '1ms'])
    const url = await urlOf(running)
    const small = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
    expect([small.headers.get('vary'), small.headers.get('content-encoding')]).toEqual([
      'accept-encoding',
      null,
    ])
    expect((await fetch(new URL('/notes', url), { method: 'POST', body: 'four' })).status).toBe(200)
    expect((await fetch(new URL('/notes', url), { method: 'POST', body: 'fives' })).status).toBe(413)
    await fetch(new URL('/wait/20', url))
    running.process.kill('SIGTERM')
    expect((await running.ended).code).toBe(0)
    expect(readFileSync(join(folder, 'error.log'), 'utf8')).toContain(
      ' warn Slow: 200 in GET /wait/{time} after ',
    )
  })

  it.each([
    [
      ['--log-level', 'inf'],
      'one of debug, info, warn, error, silent is needed, got "inf"\n  mend:  did you mean info?\n',
    ],
    [
      ['--compression=bz'],
      'is needed, got "bz"\n  mend:  encodings: there is no "bz"; there are zstd, br, gzip\n',
    ],
    [['--error-log', 'app.ts'], 'got "app.ts"\n  mend:  write --error-log <file>\n'],
    [['--handler-timeout', '0'], 'got "0"\n  mend:  write --handler-timeout <ms>\n'],
  ])('refuses %j', async (words, told) => {
    const { code, err } = await run(folderWith({ 'app.ts': APP }), ['serve', ...words])
    expect([code, err.endsWith(told)], err).toEqual([1, true])
  })
})
