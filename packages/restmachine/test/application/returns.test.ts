import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { file, HttpError, RestApplication, respond, type StandardSchema } from 'restmachine'
import { serve } from 'restmachine/node'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { ask, askJson, createLog, type Log, sending, startFault } from './asking.ts'
import { libraries } from './validation-schemas.ts'

const User = z.object({ id: z.number(), name: z.string() })
/** What the error said that was logged first. */
function messageOf({ lines: [line] }: Log): string {
  return line?.details instanceof Error ? line.details.message : ''
}

const stored = { id: 7, name: 'Ada', password: 'hunter2' }

describe.each(libraries)('a result that has a schema of %s', (_, { result: schema }) => {
  it('goes out without what the schema does not know', async () => {
    const app = new RestApplication().get('/', () => stored, { returns: schema })
    expect(await askJson(app)).toEqual({ id: 7, name: 'Ada' })
  })

  it('that it breaks is our fault: 500, the faults in one line of the log, and nothing for the client', async () => {
    const logger = createLog()
    const app = new RestApplication({ logger }).get('/users', () => ({ id: 'seven', password: 'hunter2' }), {
      returns: schema,
    })
    const serving = await serve(app, { port: 0, signals: false })
    onTestFinished(() => void serving.close())
    const response = await fetch(`${serving.url}/users`)
    const body = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
    expect(body).not.toMatch(/seven|hunter2|returns|schema|name/)
    expect(JSON.parse(body)).not.toHaveProperty('errors')

    expect(logger.lines).toHaveLength(1)
    expect(logger.lines[0]?.message).toBe('500 in GET /users')
    const told = messageOf(logger)
    expect(told).toMatch(/^GET \/users gave what its schema in returns does not allow\n/)
    expect(told).toMatch(/^ {2}\/id: /m)
    expect(told).toMatch(/^ {2}\/name: /m)
  })
})

describe('a schema of results', () => {
  it('gives what it makes of the result: defaults and transformations', async () => {
    const Shown = z.object({
      at: z.date().transform((date) => date.getUTCFullYear()),
      tags: z.array(z.string()).default([]),
    })
    const app = new RestApplication().get('/', async () => ({ at: new Date(0) }), { returns: Shown })
    expect(await askJson(app)).toEqual({ at: 1970, tags: [] })
  })

  it('may take its time', async () => {
    const Slow = User.refine(async ({ name }) => name !== 'Eve')
    const app = new RestApplication({ logger: createLog() })
      .get('/good', () => respond(stored, 202), { returns: Slow })
      .get('/bad', () => ({ ...stored, name: 'Eve' }), { returns: Slow })
    const good = await ask(app, '/good')
    expect([good.status, await good.json()]).toEqual([202, { id: 7, name: 'Ada' }])
    expect((await ask(app, '/bad')).status).toBe(500)
  })

  it('keeps the status and the fields of respond()', async () => {
    const app = new RestApplication().post('/', () => respond(stored, 201, { location: '/users/7' }), {
      returns: User,
    })
    const response = await ask(app, '/', sending({}))
    expect([response.status, response.headers.get('location')]).toEqual([201, '/users/7'])
    expect(await response.json()).toEqual({ id: 7, name: 'Ada' })
  })

  it('comes before the renderer, and holds without the decisions, too', async () => {
    const app = new RestApplication()
      .get('/text', () => stored, {
        returns: User,
        provides: { 'text/plain': ({ result }) => JSON.stringify(result) },
      })
      .get('/fast', () => stored, { returns: User, bypassStateMachine: true })
    expect(await (await ask(app, '/text')).text()).toBe('{"id":7,"name":"Ada"}')
    expect(await askJson(app, '/fast')).toEqual({ id: 7, name: 'Ada' })
  })

  it('is asked for HEAD as for GET, so that the fields are the same', async () => {
    const app = new RestApplication().get('/', () => stored, { returns: User })
    const head = await ask(app, '/', { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String('{"id":7,"name":"Ada"}'.length))
  })

  it('tells no more than 100 faults in the log', async () => {
    const logger = createLog()
    const app = new RestApplication({ logger }).get('/', () => Array.from({ length: 1000 }, () => 'x'), {
      returns: z.array(z.number()),
    })
    await ask(app)
    const lines = messageOf(logger).split('\n')
    expect(lines).toHaveLength(102)
    expect(lines.at(-1)).toBe('  and 900 more')
  })

  it('must be one: a fault at the start says where and what', async () => {
    const app = new RestApplication().get('/', () => 1, { returns: { id: 'number' } as never })
    const fault = await startFault(app)
    expect(fault).toContain('GET /: returns is a schema')
    expect(fault).toContain('give one that follows Standard Schema: zod, valibot, arktype …')
  })

  it('that throws by itself is a 500, too', async () => {
    const broken: StandardSchema<string> = {
      '~standard': {
        validate: () => {
          throw new Error('broken schema')
        },
      },
    }
    const app = new RestApplication({ logger: createLog() }).get('/', () => 'x', { returns: broken })
    expect((await ask(app)).status).toBe(500)
  })
})

describe('a schema of results is not asked about', () => {
  const directory = mkdtempSync(join(tmpdir(), 'returns-'))
  const path = join(directory, 'a.txt')
  writeFileSync(path, 'in a file')
  afterAll(() => rmSync(directory, { recursive: true }))

  const returns: StandardSchema<never> = {
    '~standard': {
      validate: () => {
        throw new Error('It was asked')
      },
    },
  }
  const app = new RestApplication()
    .get('/nothing', () => undefined, { returns })
    .get('/respond-nothing', () => respond(undefined, 205), { returns })
    .get('/http-error', () => Promise.reject(new HttpError(404)), { returns })
    .get('/error', () => respond({ error: 'no' }, 409), { returns })
    .get('/redirect', () => respond({ to: '/x' }, 303, { location: '/x' }), { returns })
    .get('/web', () => new Response('of the web'), { returns })
    .get('/file', () => file(path), { returns })
    .get('/bytes', () => new TextEncoder().encode('bytes'), { returns })
    .get('/blob', () => new Blob(['a blob']), { returns })
    .get('/stream', () => Readable.toWeb(createReadStream(path)), { returns })
    .get(
      '/items',
      function* () {
        yield 1
        yield 2
      },
      { returns },
    )

  it.each([
    ['/nothing', 204, ''],
    ['/respond-nothing', 205, ''],
    ['/http-error', 404, undefined],
    ['/error', 409, '{"error":"no"}'],
    ['/redirect', 303, undefined],
    ['/web', 200, 'of the web'],
    ['/file', 200, 'in a file'],
    ['/bytes', 200, 'bytes'],
    ['/blob', 200, 'a blob'],
    ['/stream', 200, 'in a file'],
    ['/items', 200, undefined],
  ])('%s', async (path, status, body) => {
    const response = await ask(app, path)
    const text = await response.text()
    expect(response.status).toBe(status)
    if (body !== undefined) expect(text).toBe(body)
  })
})
