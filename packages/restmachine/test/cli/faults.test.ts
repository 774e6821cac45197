import { describe, expect, it } from 'vitest'
import { APP, folderWith, IMPORT, run } from './command.ts'

/** Runs a command that must fail. */
async function fault(
  words: readonly string[],
  files: Readonly<Record<string, string>> = {},
  env = {},
): Promise<string> {
  const { code, err, out } = await run(folderWith({ 'app.ts': APP, ...files }), words, env)
  expect([code, out]).toEqual([1, ''])
  return err.replace(/^restmachine: /, '')
}

describe('a file that cannot be served', () => {
  it.each([
    [
      'throws',
      'const size: number = 3\n\nthrow new RangeError("too big: " + size)',
      'Cannot load bad.ts: RangeError: too big: 3\n  at:    bad.ts:3:7\n',
    ],
    ['throws no error', "throw 'stop'", 'Cannot load bad.ts: it threw "stop"\n'],
    [
      'exports nothing',
      'export {}',
      'Cannot serve bad.ts: it exports nothing\n  mend:  export const app = new RestApplication()\n',
    ],
    [
      'exports something else',
      'export const createApp = () => 1',
      'Cannot serve bad.ts: it exports only createApp\n  mend:  export const app = new RestApplication()\n',
    ],
    [
      'exports what is no application',
      'export const app = () => 1',
      'Cannot serve bad.ts: its export "app" is no application but a function\n  mend:  export const app = new RestApplication()\n',
    ],
    [
      'exports it by another name',
      "export { app as server } from './app.ts'",
      'Cannot serve bad.ts: it exports no "app"\n  mend:  export { server as app }\n',
    ],
    [
      'is no TypeScript',
      'const a = 1\nconst b = = 2',
      'Cannot load bad.ts: SyntaxError: Expression expected\n  at:    bad.ts:2\n',
    ],
    [
      'has an enum',
      'export enum Color { red }',
      'Cannot load bad.ts: SyntaxError: TypeScript enum is not supported in strip-only mode\n  at:    bad.ts:1\n  mend:  Node only takes types away; write it without, or start with NODE_OPTIONS="--import tsx"\n',
    ],
    [
      'imports a file that is not there',
      "import './lost.ts'",
      "Cannot load bad.ts: Cannot find module 'lost.ts'\n  at:    bad.ts\n",
    ],
    [
      'imports TypeScript by the name of JavaScript',
      "import './app.js'",
      "Cannot load bad.ts: Cannot find module 'app.js'\n  at:    bad.ts\n  mend:  files in TypeScript are imported by their own name, with .ts\n",
    ],
    [
      'imports a package that is not there',
      "import 'no-such-package'",
      "Cannot load bad.ts: Cannot find package 'no-such-package'\n  at:    bad.ts\n  mend:  npm install no-such-package\n",
    ],
    [
      'fails while it starts',
      `${IMPORT}export const app = new RestApplication()\n  .onStartup(() => { throw new TypeError('no database') })`,
      'Cannot start bad.ts: TypeError: no database\n  at:    bad.ts:3:28\n',
    ],
  ])('because it %s', async (_, text, message) => {
    expect(await fault(['serve', 'bad.ts', '-p', '0'], { 'bad.ts': text })).toBe(message)
  })

  it('tells the place of a mistake in JavaScript', async () => {
    const message = await fault(['serve', 'bad.js'], { 'bad.js': 'const a = 1\nconst b = = 2' })
    expect(message).toBe("Cannot load bad.js: SyntaxError: Unexpected token '='\n  at:    bad.js:2\n")
  })

  it('tells what threw in a worker', async () => {
    const message = await fault(['serve', 'bad.ts', '-p', '0', '-w', '2'], {
      'bad.ts': "throw new Error('no')",
    })
    expect(message).toMatch(/^Cannot start worker \d: no\n/)
  })

  it('tells every fault of a declaration', async () => {
    const text = `${IMPORT}export const app = new RestApplication().get('/a', ({ clok }) => clok).get('nope', () => 1)`
    const message = await fault(['routes', 'bad.ts'], { 'bad.ts': text })
    expect(message).toMatch(/^Cannot start the application: 2 faults\n/)
    expect(message).toContain('GET /a: nothing provides "clok"')
  })

  it('shows the stack when asked', async () => {
    const message = await fault(['serve', 'bad.ts', '--stack'], { 'bad.ts': "throw new Error('no')" })
    expect(message).toMatch(/at file:\/\/\S+\/bad\.ts:1:7\n/)
  })
})

describe('a command that cannot be read', () => {
  it.each([
    [['serv'], 'there is no command "serv"\n  mend:  did you mean restmachine serve?\n'],
    [['app.ts'], 'there is no command "app.ts"\n  mend:  restmachine serve app.ts\n'],
    [
      ['serve', '--requestTimeout', '5'],
      'there is no flag --requestTimeout\n  mend:  did you mean --request-timeout?\n',
    ],
    [['serve', '--quux'], 'there is no flag --quux\n  mend:  restmachine serve --help lists the flags\n'],
    [
      ['serve', '--port'],
      '--port: a whole number from 0 to 65535 is needed, got nothing\n  mend:  write --port <port>\n',
    ],
    [
      ['serve', '--port', '65536'],
      '--port: a whole number from 0 to 65535 is needed, got "65536"\n  mend:  write --port <port>\n',
    ],
    [
      ['serve', '--port=-1'],
      '--port: a whole number from 0 to 65535 is needed, got "-1"\n  mend:  write --port <port>\n',
    ],
    [
      ['serve', '--host', '--port', '80'],
      '--host: a text is needed, got nothing\n  mend:  write --host <text>\n',
    ],
    [['serve', '-p', '1', '--port', '2'], '--port is given twice\n  mend:  give it once\n'],
    [
      ['serve', '--request-timeout', '5y'],
      '--request-timeout: milliseconds, or a span such as 500ms, 30s or 5m, is needed, got "5y"\n  mend:  write --request-timeout <ms>\n',
    ],
    [['serve', 'app.ts', 'b.ts'], '"b.ts" is too much\n  mend:  write restmachine serve [app.ts]\n'],
    [
      ['explain', 'GET'],
      'explain needs METHOD PATH [app.ts]\n  mend:  write restmachine explain METHOD PATH [app.ts]\n',
    ],
    [
      ['explain', 'GET', '/', '-H', 'Accept'],
      `--header: a name, a colon and a value are needed, got "Accept"\n  mend:  write -H 'Accept: text/html'\n`,
    ],
  ])('%j', async (words, message) => {
    expect(await fault(words)).toBe(`Cannot read the command: ${message}`)
  })

  // It would be written over.
  it('takes no source for the file of a log', async () => {
    expect(await fault(['serve', '--access-log', 'app.ts'])).toMatch(
      /^Cannot read the command: --access-log: /,
    )
  })

  it.each(['true', 'localhost', '10.0.0.0/33'])('trusts no proxy %s', async (word) => {
    expect(await fault(['serve', '--trust-proxy', word])).toBe(
      `Cannot read the command: --trust-proxy: a list of proxies such as 127.0.0.1,10.0.0.0/8 or loopback, private, unix, is needed, got "${word}"\n  mend:  write --trust-proxy <addresses>\n`,
    )
  })

  it('names the nearest file', async () => {
    expect(await fault(['serve', 'ap.ts'])).toBe(
      'Cannot load the application: there is no file ap.ts\n  mend:  did you mean app.ts?\n',
    )
  })

  it('says where it looked when there is no file of a usual name', async () => {
    const { code, err } = await run(folderWith({}), ['serve'])
    expect(code).toBe(1)
    expect(err).toContain('Cannot find an application: there is neither app.ts nor src/app.ts in ')
  })
})
