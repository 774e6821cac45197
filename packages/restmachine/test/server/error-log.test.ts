import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from 'restmachine'
import { type ServeOptions, serve } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LOG_LEVELS, openErrorLog } from '../../src/server/error-log.ts'
import { createLog } from '../application/asking.ts'
import { eventually, served } from './served.ts'

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'restmachine-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'error.log')
}

const app = (options = {}) =>
  new RestApplication(options)
    .get('/broken', () => {
      throw new TypeError('bang')
    })
    .get('/says/{what}', ({ what, logger }) => logger.info(`said ${what}`))

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)]
    } catch {
      return []
    }
  })
}

describe('the log of a server', () => {
  it('gets what the framework says, and what functions say by `logger`', async () => {
    const errorLog = place()
    const { url, close } = await served(app(), { errorLog })
    await fetch(`${url}/broken`)
    await fetch(`${url}/says/hello`)
    await close()
    const text = readFileSync(errorLog, 'utf8')
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z error 500 in GET \/broken\n {2}TypeError: bang\n {6}at /)
    expect(text).toMatch(/Z info said hello\n$/)
  })

  it.each(LOG_LEVELS)('writes from the level %s on', (logLevel) => {
    const errorLog = place()
    const log = openErrorLog({ errorLog, logLevel })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log?.logger[level](level)
    log?.close()
    const written = readFileSync(errorLog, 'utf8').match(/\w+$/gm) ?? []
    expect(written).toEqual(LOG_LEVELS.slice(LOG_LEVELS.indexOf(logLevel), -1))
  })

  it('lets nothing within a message look like an entry', () => {
    const errorLog = place()
    const log = openErrorLog({ errorLog, logLevel: undefined })
    log?.logger.warn('one\n2026-01-01T00:00:00.000Z error two\r\nthree\rfour', 'five\nsix')
    log?.close()
    const lines = readFileSync(errorLog, 'utf8').trimEnd().split('\n')
    expect(lines[0]).toMatch(/Z warn one$/)
    expect(lines.slice(1)).toEqual([
      '  2026-01-01T00:00:00.000Z error two',
      '  three',
      '  four',
      '  five',
      '  six',
    ])
  })

  it('lets nothing tell the terminal of who reads it what to do', () => {
    const errorLog = place()
    const log = openErrorLog({ errorLog, logLevel: undefined })
    log?.logger.warn('red \x1b[31m, \x9b2J, bell \x07, \u2028 and a\ttab', new Error('\x1b]0;title\x07'))
    log?.close()
    const text = readFileSync(errorLog, 'utf8')
    expect(text).toContain(`${String.raw`red \x1b[31m, \x9b2J, bell \x07, `}\n   and a\ttab`)
    expect(text).toContain(String.raw`\x1b]0;title\x07`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028]/)
  })

  it('takes lines after it is closed, too', () => {
    const errorLog = place()
    const log = openErrorLog({ errorLog, logLevel: undefined })
    log?.close()
    log?.logger.error('Stopping failed')
    expect(readFileSync(errorLog, 'utf8')).toMatch(/Z error Stopping failed\n$/)
  })

  it.skipIf(!existsSync('/proc/self/fd')).each<[string, object, ServeOptions]>([
    ['an application without defaults', { answer: () => undefined }, {}],
    ['a folder for profiles', app(), { profile: '/proc/nothing' }],
    ['an access log', app(), { accessLog: '/nowhere/access.log' }],
    ['a start', app().onStartup(() => Promise.reject(new Error('no'))), {}],
    ['an address', app(), { host: '192.0.2.1' }],
  ])('is closed when %s fails (needs /proc)', async (_, wrong, options) => {
    const errorLog = place()
    await expect(served(wrong as never, { errorLog, ...options })).rejects.toThrow()
    expect(openFiles()).not.toContain(errorLog)
  })

  it('is closed, and the access log is whole, when shutting down fails', async () => {
    const [errorLog, accessLog] = [place(), place()]
    const inner = app()
    const failing = {
      startup: async () => undefined,
      shutdown: () => Promise.reject(new Error('the pool is stuck')),
      answer: inner.answer.bind(inner),
      servedWith: () => failing,
    }
    const serving = await serve(failing, { port: 0, signals: false, errorLog, accessLog })
    await (await fetch(`${serving.url}/says/hello`)).text()
    await expect(serving.close()).rejects.toThrow('the pool is stuck')
    expect(readFileSync(accessLog, 'utf8')).toContain('"GET /says/hello HTTP/1.1" 204')
    expect(openFiles().filter((name) => name === errorLog || name === accessLog)).toEqual([])
  })

  it('goes to standard error when only a level is said, and is the console when nothing is', () => {
    expect(openErrorLog({ errorLog: undefined, logLevel: undefined })).toBeUndefined()
    const { write } = process.stderr
    const written: unknown[] = []
    process.stderr.write = (text: unknown) => written.push(text) > 0
    try {
      for (const errorLog of [undefined, '-'])
        openErrorLog({ errorLog, logLevel: 'error' })?.logger.error('here')
    } finally {
      process.stderr.write = write
    }
    expect(written).toEqual([
      expect.stringMatching(/ error here\n$/),
      expect.stringMatching(/ error here\n$/),
    ])
  })

  it('leaves an application the logger that it has', async () => {
    const errorLog = place()
    const logger = createLog()
    const { url, close } = await served(app({ logger }), { errorLog })
    await fetch(`${url}/broken`)
    await close()
    expect([logger.lines.length, readFileSync(errorLog, 'utf8')]).toEqual([1, ''])
  })

  it('says which file cannot be opened', async () => {
    await expect(served(app(), { errorLog: '/nowhere/error.log' })).rejects.toThrow(
      'Cannot serve: the error log /nowhere/error.log cannot be opened: ENOENT',
    )
  })

  it.each(['errorLog', 'accessLog'] as const)(
    'makes the file of %s anew that was moved away',
    async (name) => {
      const file = place()
      const { url, close } = await served(app(), { [name]: file })
      await fetch(`${url}/broken`)
      await eventually(() => readFileSync(file, 'utf8').includes('/broken'), 'The first line')
      renameSync(file, `${file}.1`)
      await after(1_050)
      await fetch(`${url}/broken?again`)
      await close()
      expect(readFileSync(`${file}.1`, 'utf8').match(/GET \/broken/g)).toHaveLength(1)
      expect(readFileSync(file, 'utf8').match(/GET \/broken/g)).toHaveLength(1)
    },
  )
})
