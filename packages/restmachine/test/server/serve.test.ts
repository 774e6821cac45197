import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DeclarationError, RestApplication } from 'restmachine'
import { type ServeOptions, serve } from 'restmachine/node'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { served } from './served.ts'

const app = () => new RestApplication().get('/', () => ({ fine: true }))

/** The message with which serving fails. */
async function faultOf(options: unknown): Promise<string> {
  return serve(app(), options as ServeOptions).then(
    (serving) => serving.close().then(() => 'it serves'),
    (error: Error) => error.message,
  )
}

afterEach(() => vi.restoreAllMocks())

describe('serve', () => {
  it('takes a free port for 0 and tells where it answers', async () => {
    const { url, port, server } = await served(app())
    expect(port).toBeGreaterThan(0)
    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect((server.address() as AddressInfo).port).toBe(port)
    expect(await (await fetch(url)).json()).toEqual({ fine: true })
  })

  it('serves another host', async () => {
    const { url, port } = await served(app(), { host: '::1' })
    expect(url).toBe(`http://[::1]:${port}`)
    expect((await fetch(url)).status).toBe(200)
  })

  it('takes an option that is undefined for one that was left out', async () => {
    const { url } = await served(app(), {
      host: undefined,
      headersTimeout: undefined,
    } as unknown as ServeOptions)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })

  it('lets requestTimeout alone be shorter than the default headersTimeout', async () => {
    const { server } = await served(app(), { requestTimeout: 5_000 })
    expect([server.headersTimeout, server.requestTimeout]).toEqual([5_000, 5_000])
  })

  it('switches time-outs off with 0', async () => {
    const { server } = await served(app(), { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 })
    expect([server.headersTimeout, server.requestTimeout, server.keepAliveTimeout]).toEqual([0, 0, 0])
  })
})

describe('options that cannot be', () => {
  it.each([
    [{ prt: 1 }, 'Cannot serve: there is no option "prt"; did you mean "port"?'],
    [{ workers: 4 }, 'Cannot serve: there is no option "workers"'],
    [{ toString: 4 }, 'Cannot serve: there is no option "toString"'],
    [{ port: '8000' }, 'Cannot serve: port is a whole number from 0 to 65535, got "8000"'],
    [{ port: 65_536 }, 'Cannot serve: port is a whole number from 0 to 65535, got 65536'],
    [{ port: -1 }, 'Cannot serve: port is a whole number from 0 to 65535, got -1'],
    [{ port: Number.NaN }, 'Cannot serve: port is a whole number from 0 to 65535, got NaN'],
    [{ port: null }, 'Cannot serve: port is a whole number from 0 to 65535, got null'],
    [{ maxHeaderSize: 1.5 }, 'Cannot serve: maxHeaderSize is a whole number from 0, got 1.5'],
    [
      { gracefulTimeout: Number.POSITIVE_INFINITY },
      'Cannot serve: gracefulTimeout is a whole number from 0, got Infinity',
    ],
    [{ host: 1 }, 'Cannot serve: host is a string, got 1'],
    [{ signals: 'yes' }, 'Cannot serve: signals is a boolean, got "yes"'],
    [
      { headersTimeout: 20_000, requestTimeout: 10_000 },
      'Cannot serve: headersTimeout is part of requestTimeout, got 20000 and 10000',
    ],
  ])('%j', async (options, message) => {
    expect(await faultOf({ port: 0, signals: false, ...options })).toBe(message)
  })
})

describe('an address that cannot be had', () => {
  it('is one clear error, and what was opened is closed', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const seen: string[] = []
    const opening = app()
      .onStartup('pool', function* () {
        seen.push('opened')
        yield 1
        seen.push('closed')
      })
      .onShutdown(() => void seen.push('shut down'))
    await expect(serve(opening, { port, signals: false })).rejects.toThrow(
      `Cannot serve on 127.0.0.1:${port}: the port is in use; choose another one, or 0 for a free one`,
    )
    expect(seen).toEqual(['opened', 'shut down', 'closed'])
  })

  it.each([
    ['192.0.2.1', 'this machine does not have the address'],
    ['no-such-host.invalid', 'no address is known by this name'],
  ])('%s says why', async (host, reason) => {
    const message = await faultOf({ host, port: 0, signals: false })
    // Without a network a resolver says "try again" instead of "not found".
    expect(message).toMatch(new RegExp(`^Cannot serve on ${host}:0: (?:${reason}|.*EAI_AGAIN.*)$`))
  })
})

describe('starting', () => {
  it('surfaces the faults of the declaration', async () => {
    const broken = new RestApplication().get('/', (({ clok }: { clok: number }) => clok) as never)
    await expect(serve(broken, { port: 0, signals: false })).rejects.toThrow(DeclarationError)
  })

  it('opens what start-up declared before it listens', async () => {
    let opened = false
    const opening = new RestApplication()
      .onStartup(async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        opened = true
      })
      .get('/', () => ({ opened }))
    const { url } = await served(opening)
    expect(opened).toBe(true)
    expect(await (await fetch(url)).json()).toEqual({ opened: true })
  })

  it('that fails closes what it had opened, and the error is that of the start', async () => {
    const seen: string[] = []
    const failing = app()
      .onStartup('pool', function* () {
        yield 1
        seen.push('closed')
      })
      .onStartup(() => {
        throw new Error('no database')
      })
    await expect(serve(failing, { port: 0, signals: false })).rejects.toThrow('no database')
    expect(seen).toEqual(['closed'])
  })

  it('leaves no signal listener behind when it fails', async () => {
    const before = process.listenerCount('SIGTERM')
    await faultOf({ host: '192.0.2.1', port: 0 })
    expect(process.listenerCount('SIGTERM')).toBe(before)
  })
})

describe('a connection that cannot be accepted', () => {
  it('is reported, and the others live on', async () => {
    const report = vi.spyOn(console, 'error').mockReturnValue()
    const { server, url } = await served(app())
    server.emit('error', new Error('accept EMFILE'))
    expect(report).toHaveBeenCalledOnce()
    expect((await fetch(url)).status).toBe(200)
  })
})
