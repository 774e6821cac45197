import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { namedOptions, options } from '../../src/cli/options.ts'
import { readSettings } from '../../src/server/settings.ts'
import { APP, folderWith, run, start, urlOf } from './command.ts'

const NODE = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src/node.ts')).href)

/** A file of configuration. */
function config(text: string): Readonly<Record<string, string>> {
  return {
    'restmachine.config.ts': `import { defineConfig } from ${NODE}\nexport default defineConfig(${text})\n`,
  }
}

/** The host that the command serves on. */
async function hostOf(
  files: Readonly<Record<string, string>>,
  words: readonly string[],
  env = {},
): Promise<string> {
  const running = start(folderWith({ 'app.ts': APP, ...files }), ['serve', ...words], env)
  const { hostname } = new URL(await urlOf(running))
  running.process.kill('SIGTERM')
  return hostname
}

describe('restmachine.config.ts', () => {
  it('says how to serve what', async () => {
    const files = {
      ...config(`{ app: './api/server.ts', port: 0, host: '127.0.0.2' }`),
      'api/server.ts': APP,
    }
    expect(await hostOf(files, [])).toBe('127.0.0.2')
  })

  it('goes behind the environment, which goes behind flags', async () => {
    const files = config(`{ port: 0, host: '127.0.0.2' }`)
    const env = { HOST: '127.0.0.3' }
    expect(await hostOf(files, [], env)).toBe('127.0.0.3')
    expect(await hostOf(files, [], { ...env, RESTMACHINE_HOST: '127.0.0.4' })).toBe('127.0.0.4')
    const all = { ...env, RESTMACHINE_HOST: '127.0.0.4' }
    expect(await hostOf(files, ['--host', '127.0.0.5'], all)).toBe('127.0.0.5')
  })

  it('may have another name', async () => {
    const [text = ''] = Object.values(config(`{ port: 0, host: '127.0.0.6' }`))
    expect(await hostOf({ 'production.ts': text }, ['-c', 'production.ts'])).toBe('127.0.0.6')
  })

  it.each([
    ['{ portt: 3 }', 'there is no option "portt"\n  mend:  did you mean "port"?\n'],
    [
      `{ port: '3000' }`,
      'port: a whole number from 0 to 65535 is needed, got "3000"\n  mend:  write port: 3000\n',
    ],
    ['{ port: 65_536 }', 'port: a whole number from 0 to 65535 is needed, got 65536\n'],
    [
      `{ gracefulTimeout: '10s' }`,
      'gracefulTimeout: milliseconds, or a span such as 500ms, 30s or 5m, is needed, got "10s"\n  mend:  write gracefulTimeout: 10000\n',
    ],
    [`{ workers: 'many' }`, 'workers: "auto" or a whole number from 1 to 1024 is needed, got "many"\n'],
    ['{ tls: { keyy: 1 } }', 'there is no option "tls.keyy"\n  mend:  did you mean "tls.key"?\n'],
    ['{ tls: true }', 'tls: an object is needed, got true\n'],
    [
      'undefined',
      'it has no default export with options\n  mend:  export default defineConfig({ port: 8000 })\n',
    ],
  ])('%s is refused', async (text, message) => {
    const { code, err } = await run(folderWith({ 'app.ts': APP, ...config(text) }), ['serve'])
    expect([code, err]).toEqual([1, `restmachine: Cannot use restmachine.config.ts: ${message}`])
  })

  it('that cannot be loaded is told with its place', async () => {
    const folder = folderWith({ 'app.ts': APP, 'restmachine.config.ts': "throw new Error('no')" })
    const { code, err } = await run(folder, ['serve'])
    expect([code, err]).toEqual([
      1,
      'restmachine: Cannot load restmachine.config.ts: no\n  at:    restmachine.config.ts:1:7\n',
    ])
  })
})

describe('the environment', () => {
  it.each([
    [
      'PORT',
      'x',
      'PORT: a whole number from 0 to 65535 is needed, got "x"\n  mend:  set PORT to one, or unset it\n',
    ],
    ['RESTMACHINE_PORTS', '1', 'there is no RESTMACHINE_PORTS\n  mend:  did you mean RESTMACHINE_PORT?\n'],
  ])('%s=%s is refused', async (name, value, message) => {
    const { code, err } = await run(folderWith({ 'app.ts': APP }), ['serve'], { [name]: value })
    expect([code, err]).toEqual([1, `restmachine: Cannot read the environment: ${message}`])
  })
})

describe('the table of options', () => {
  it('has every option of serve, but for what the command does itself', () => {
    const outer = new Set(Object.keys(options).map((name) => name.split('.')[0]))
    const missing = Object.keys(readSettings({})).filter((name) => !outer.has(name))
    expect(missing).toEqual(['signals'])
  })

  it('names flags and variables after the options', () => {
    const names = namedOptions().map(({ name, flag, variable }) => [name, flag, variable])
    expect(names).toContainEqual(['gracefulTimeout', 'graceful-timeout', 'RESTMACHINE_GRACEFUL_TIMEOUT'])
    expect(names).toContainEqual(['tls.minVersion', 'tls-min-version', 'RESTMACHINE_TLS_MIN_VERSION'])
  })

  it('takes each default for a value that the option can have', () => {
    for (const option of namedOptions()) {
      if (option.default === undefined || option.default === '') continue
      expect([option.name, option.kind.holds(option.default)]).toEqual([option.name, true])
    }
  })
})
