import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ServeOptions } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Wire } from './wire.ts'

const HERE = 'Host: here'

interface Child {
  readonly process: ChildProcess
  readonly ports: readonly number[]
  /** What it wrote on its standard output, but for the first line. */
  readonly lines: string[]
  /** The exit code. */
  readonly ended: Promise<number | null>
}

/** Starts servers in a process of their own. */
async function start(options: ServeOptions = {}, servers = 1): Promise<Child> {
  const script = new URL('child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, JSON.stringify({ servers, options })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const reading = createInterface(child.stdout)
  const [first] = (await once(reading, 'line')) as [string]
  const lines: string[] = []
  reading.on('line', (line) => lines.push(line))
  return { process: child, ports: JSON.parse(first) as number[], lines, ended }
}

const wireTo = ({ ports }: Child, index = 0): Promise<Wire> => Wire.open({ port: ports[index] as number })

const later = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends the process with 0 when all requests have finished', async () => {
    const child = await start()
    const wire = await wireTo(child)
    wire.ask('GET /wait/200 HTTP/1.1', HERE)
    await later(50)
    child.process.kill(signal)
    const response = await wire.response()
    expect([response.status, response.header('connection')]).toEqual([200, 'close'])
    expect(await child.ended).toBe(0)
    expect(child.lines).toEqual(['shutdown 0'])
  })
})

describe('SIGTERM', () => {
  it('ends the process with 1 when not all have', async () => {
    const child = await start({ gracefulTimeout: 50 })
    const wire = await wireTo(child)
    wire.ask('GET /wait/60000 HTTP/1.1', HERE)
    await later(50)
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe(1)
    expect(child.lines).toEqual(['shutdown 0'])
  })

  it('says so in the error log', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'restmachine-signals-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const errorLog = join(folder, 'error.log')
    const child = await start({ gracefulTimeout: 50, errorLog })
    const wire = await wireTo(child)
    wire.ask('GET /wait/60000 HTTP/1.1', HERE)
    await later(50)
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe(1)
    expect(readFileSync(errorLog, 'utf8')).toMatch(/Z error Some requests did not finish in time; .*\n$/)
  })

  it('ends the process at once when it comes twice', async () => {
    const child = await start()
    const wire = await wireTo(child)
    wire.ask('GET /wait/60000 HTTP/1.1', HERE)
    await later(50)
    child.process.kill('SIGTERM')
    await later(100)
    const begin = performance.now()
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe(1)
    expect(performance.now() - begin).toBeLessThan(1_000)
  })

  it('ends the process when the last of its servers has stopped', async () => {
    const child = await start({}, 2)
    const [first, second] = [await wireTo(child, 0), await wireTo(child, 1)]
    first.ask('GET /wait/10 HTTP/1.1', HERE)
    second.ask('GET /wait/300 HTTP/1.1', HERE)
    await later(50)
    child.process.kill('SIGTERM')
    expect((await second.response()).status).toBe(200)
    expect(await child.ended).toBe(0)
    expect(child.lines).toEqual(['shutdown 0', 'shutdown 1'])
  })

  it('does nothing where signals are off', async () => {
    const child = await start({ signals: false })
    child.process.kill('SIGTERM')
    expect(await child.ended).toBeNull()
    expect(child.lines).toEqual([])
  })

  it('fails none of 200 requests that are on their way', async () => {
    const child = await start()
    const wires = await Promise.all(Array.from({ length: 200 }, () => wireTo(child)))
    for (const [index, wire] of wires.entries()) wire.ask(`GET /wait/${index % 100} HTTP/1.1`, HERE)
    child.process.kill('SIGTERM')
    const answers = await Promise.all(wires.map((wire) => wire.response()))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200)
    expect(await child.ended).toBe(0)
  })

  it('fails no request of clients that ask one after another', async () => {
    const child = await start()
    let answered = 0
    async function keepAsking(): Promise<void> {
      const wire = await wireTo(child)
      for (;;) {
        const response = await wire.ask('GET /wait/5 HTTP/1.1', HERE).response()
        expect(response.status).toBe(200)
        answered++
        if (response.header('connection') === 'close') return
      }
    }
    const clients = Array.from({ length: 50 }, keepAsking)
    await later(300)
    child.process.kill('SIGTERM')
    await Promise.all(clients)
    expect(answered).toBeGreaterThan(100)
    expect(await child.ended).toBe(0)
  })
})
