import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from 'restmachine'
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
