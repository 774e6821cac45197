import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { missingRedis, openRedis, type Redis } from '../../../../services/redis.ts'

const missing = missingRedis(false)

class Child {
  readonly process: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(url: string, prefix: string) {
    const script = new URL('child.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [script, url, prefix], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    this.process = child
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  }

  send(order: string): void {
    this.process.stdin?.write(`${order}\n`)
  }

  async line(): Promise<unknown> {
    return JSON.parse((await this.#lines.next()).value)
  }

  ask(order: string): Promise<unknown> {
    this.send(order)
    return this.line()
  }
}

describe.skipIf(missing !== undefined)(`two processes and one Redis${missing ?? ''}`, () => {
  let redis: Redis
  beforeAll(async () => {
    redis = await openRedis()
  })
  afterAll(() => redis?.stop())

  function two(): readonly [Child, Child] {
    const prefix = `test-${randomUUID()}:`
    return [new Child(redis.url, prefix), new Child(redis.url, prefix)]
  }

  it('read what the other wrote, until the other invalidates it', async () => {
    const [one, other] = two()
    assert.equal(await one.ask('set key hello'), null)
    assert.deepEqual(await other.ask('get key'), { value: 'hello', at: '1970-01-01T00:00:00.000Z' })
    assert.equal(await other.ask('invalidate'), null)
    assert.equal(await one.ask('get key'), null)
  })

  it('make a value once when asked to', async () => {
    const [one, other] = two()
    assert.equal(await one.ask('wrap key 600'), 'making')
    other.send('wrap key 600')
    const made = `made by ${one.process.pid}`
    assert.deepEqual(await Promise.all([one.line(), other.line()]), [made, made])
  })

  it('go on when the one that makes it is killed', async () => {
    const [one, other] = two()
    assert.equal(await one.ask('wrap key 60000'), 'making')
    other.send('wrap key 0')
    const gone = once(one.process, 'exit')
    one.process.kill('SIGKILL')
    await gone
    const start = performance.now()
    assert.equal(await other.line(), 'making')
    assert.equal(await other.line(), `made by ${other.process.pid}`)
    const waited = performance.now() - start
    assert.ok(waited < 7_000, `${waited} ms`)
  })
})
