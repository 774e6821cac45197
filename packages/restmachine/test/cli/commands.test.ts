import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { APP, folderWith, run, start, urlOf } from './command.ts'

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  readonly version: string
}

describe('restmachine', () => {
  it('tells its version', async () => {
    expect(await run(folderWith({}), ['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it('shows its help, and fails, when it is told nothing', async () => {
    const { code, err } = await run(folderWith({}), [])
    expect(code).toBe(1)
    expect(err).toContain('serve [app.ts]')
    expect(err).not.toContain('watched')
  })

  it.each(['serve', 'dev', 'routes', 'explain', 'check', 'new'])('has help for %s', async (command) => {
    const { code, out } = await run(folderWith({}), [command, '--help', '--no-such-flag'])
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`^Usage: restmachine ${command}`))
  })

  it('tells unit, default and meaning of a flag', async () => {
    const { out } = await run(folderWith({}), ['help', 'serve'])
    expect(out).toMatch(
      /--graceful-timeout <ms> +how long stopping waits for requests in flight \(default 10000\)\n/,
    )
  })
})

describe('restmachine routes', () => {
  it('lists the routes', async () => {
    const { code, out } = await run(folderWith({ 'app.ts': APP }), ['routes'])
    expect([code, out]).toEqual([0, '  GET   /\n  GET   /users/{id}\n  GET   /wait/{time}\n  POST  /notes\n'])
  })
})

describe('restmachine explain', () => {
  it('tells the decisions of a request', async () => {
    const words = ['explain', 'GET', '/users/7', '-H', 'If-None-Match: "3"', '-H', 'Accept: */*']
    const { code, out } = await run(folderWith({ 'app.ts': APP }), words)
    expect(code).toBe(0)
    expect(out).toMatch(/^GET \/users\/\{id\}\n/)
    expect(out).toContain('If-None-Match: "3" against ETag "3"')
    expect(out).toContain('→ 304 Not Modified')
  })

  it('runs no handler of an unsafe method', async () => {
    const { out } = await run(folderWith({ 'app.ts': APP }), ['explain', 'POST', '/notes', '-d', 'hello'])
    expect(out).toMatch(/the handler of POST \/notes .* is next, and is not run here/)
  })
})

describe('restmachine check', () => {
  it('advises', async () => {
    const { code, out } = await run(folderWith({ 'app.ts': APP }), ['check'])
    expect(code).toBe(0)
    expect(out).toContain('rule:         read-without-validator')
  })

  it('fails on advice when it is to be strict', async () => {
    expect((await run(folderWith({ 'app.ts': APP }), ['check', '--strict'])).code).toBe(1)
    const off = ['check', '--strict', '--off', 'read-without-validator']
    expect(await run(folderWith({ 'app.ts': APP }), off)).toMatchObject({ code: 0, out: 'No advice\n' })
  })
})

describe('restmachine new', () => {
  it('refuses a folder that is not empty', async () => {
    const { code, err } = await run(folderWith({ 'api/app.ts': '' }), ['new', 'api'])
    expect([code, err]).toEqual([
      1,
      'restmachine: Cannot make a project: api is not empty\n  mend:  name a new folder\n',
    ])
  })
})

describe('restmachine dev', () => {
  it('writes profiles of the process that it names, which each restart makes anew', async () => {
    const folder = folderWith({ 'app.ts': APP })
    const running = start(folder, ['dev', '-p', '0', '--profile', 'profiles'])
    const [, pid] = await running.says(/Serving app\.ts on \S+ \(process (\d+); SIGUSR2 profiles\)/)
    process.kill(Number(pid), 'SIGUSR2')
    await running.says(/A profile of process \d+ has begun/)
    process.kill(Number(pid), 'SIGUSR2')
    await running.says(/Profile written: \S+heap-\d+\S+\.heapprofile/)
    expect(readdirSync(join(folder, 'profiles'))).toHaveLength(2)
    running.process.kill('SIGTERM')
    expect((await running.ended).code).toBe(0)
  })

  it('starts again when a file has changed, also after a mistake', async () => {
    const folder = folderWith({
      'app.ts': `import { greeting } from './greeting.ts'\n${APP.replace("'world'", 'greeting')}`,
      'greeting.ts': "export const greeting: string = 'one'",
    })
    const save = (text: string): void => writeFileSync(join(folder, 'greeting.ts'), text)
    const running = start(folder, ['dev', '-p', '0'])
    const url = await urlOf(running)
    expect(await (await fetch(url)).json()).toEqual({ hello: 'one' })
    expect(running.said()).toContain('  GET   /users/{id}\n')

    save('export const greeting = = 2')
    await running.says(/Cannot load app\.ts: SyntaxError: .*\n {2}at: {4}greeting\.ts:1\n/)
    save("export const greeting: string = 'two'")
    const [, again = ''] = await running.says(/SyntaxError[\s\S]* on (http:\S+)/)
    expect(await (await fetch(again)).json()).toEqual({ hello: 'two' })

    running.process.kill('SIGINT')
    const { code, out } = await running.ended
    expect(code).toBe(0)
    expect(out).toMatch(/closed\n$/)
  })

  it('does not watch what no change of a file mends', async () => {
    const { code, err } = await run(folderWith({}), ['dev', 'app.ts'])
    expect([code, err]).toEqual([1, 'restmachine: Cannot load the application: there is no file app.ts\n'])
  })
})
