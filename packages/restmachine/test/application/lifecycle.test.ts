import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson, createLog } from './asking.ts'

describe('onStartup', () => {
  it('opens values in the order in which they were declared, later ones with earlier ones', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onStartup('settings', async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        marks.push('settings')
        return { host: 'db' }
      })
      .onStartup(({ settings }) => marks.push(`function with ${settings.host}`))
      .onStartup('pool', ({ settings }) => {
        marks.push('pool')
        return `pool of ${settings.host}`
      })
      .get('/', ({ pool }) => pool)
    await app.startup()
    expect(marks).toEqual(['settings', 'function with db', 'pool'])
    expect(await askJson(app)).toBe('pool of db')
    expect(marks).toHaveLength(3)
  })

  it('runs once, however often it is called for', async () => {
    let opened = 0
    const app = new RestApplication()
      .onStartup('pool', async () => ++opened)
      .onStartup(() => void opened++)
      .get('/', ({ pool }) => pool)
    await Promise.all([app.startup(), app.startup(), ask(app), ask(app)])
    await app.startup()
    expect(opened).toBe(2)
  })

  it('is done by a first request when nobody called for it, before anything of the request', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onStartup(async () => {
        await Promise.resolve()
        marks.push('started')
      })
      .serviceAvailable(() => marks.push('asked'))
      .get('/', () => 'hello')
    expect(await askJson(app)).toBe('hello')
    expect(marks).toEqual(['started', 'asked'])
  })

  it('can be tried again after a failure, and goes on where it failed', async () => {
    const marks: string[] = []
    let broken = true
    const app = new RestApplication({ logger: createLog() })
      .onStartup('pool', () => marks.push('pool'))
      .onStartup(() => void marks.push('migrated'))
      .onStartup('queue', async () => {
        marks.push('queue')
        if (broken) throw new Error('no queue')
        return 'queue'
      })
      .onStartup(() => void marks.push('ready'))
      .get('/', ({ queue }) => queue)
    await expect(app.startup()).rejects.toThrow('no queue')
    broken = false
    await app.startup()
    expect(marks).toEqual(['pool', 'migrated', 'queue', 'queue', 'ready'])
    expect(await askJson(app)).toBe('queue')
  })

  it('that fails with the first request is a 500 for it, and the next one tries again', async () => {
    const log = createLog()
    let tried = 0
    const app = new RestApplication({ logger: log })
      .onStartup('pool', () => {
        if (++tried === 1) throw new Error('no secret connection')
        return 'pool'
      })
      .get('/', ({ pool }) => pool)
    const response = await ask(app)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(log.lines).toEqual([{ message: '500 in GET /', details: new Error('no secret connection') }])
    expect(await askJson(app)).toBe('pool')
  })
})

describe('onShutdown', () => {
  it('runs in the order of registration, with session values', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onStartup('pool', () => ({ end: () => marks.push('pool ended') }))
      .onShutdown(async ({ pool }) => {
        await Promise.resolve()
        pool.end()
      })
      .onShutdown(({ logger }) => marks.push(`second with ${typeof logger.info}`))
    await app.startup()
    await app.shutdown()
    expect(marks).toEqual(['pool ended', 'second with function'])
  })

  it.each(['at once', 'later'])('reports what fails %s, and runs the others', async (when) => {
    const marks: string[] = []
    const log = createLog()
    const failure = new Error('still busy')
    const app = new RestApplication({ logger: log })
      .onShutdown(() => {
        if (when === 'at once') throw failure
        return Promise.reject(failure)
      })
      .onShutdown(() => marks.push('second'))
    await app.startup()
    await app.shutdown()
    expect(marks).toEqual(['second'])
    expect(log.lines).toEqual([{ message: 'A shutdown handler failed', details: failure }])
  })

  it('runs once, however often it is called for', async () => {
    const marks: string[] = []
    const app = new RestApplication().onShutdown(async () => marks.push('stopped'))
    await app.startup()
    await Promise.all([app.shutdown(), app.shutdown()])
    await app.shutdown()
    expect(marks).toEqual(['stopped'])
  })

  it('does nothing for an application that never ran', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onStartup('pool', () => marks.push('opened'))
      .onShutdown(({ pool }) => marks.push(`stopped ${pool}`))
    await app.shutdown()
    expect(app.routes).toEqual([])
    await app.shutdown()
    expect(marks).toEqual([])
  })

  it('waits for a start that is under way', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onStartup(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        marks.push('started')
      })
      .onShutdown(() => marks.push('stopped'))
    const starting = app.startup()
    await app.shutdown()
    await starting
    expect(marks).toEqual(['started', 'stopped'])
  })

  it('closes what was opened when the start failed', async () => {
    const marks: string[] = []
    const app = new RestApplication({ logger: createLog() })
      .onStartup('pool', function* () {
        yield 'pool'
        marks.push('pool closed')
      })
      .onStartup(() => {
        throw new Error('no queue')
      })
    await expect(app.startup()).rejects.toThrow('no queue')
    await app.shutdown()
    expect(marks).toEqual(['pool closed'])
  })
})

describe('an application that has started', () => {
  const refused = (what: string): string =>
    `Cannot add ${what}: the application has started; declare everything before the first request`

  it('takes nothing more', async () => {
    const app = new RestApplication().get('/', () => 'hello')
    await app.startup()
    const calls: readonly (readonly [string, () => unknown])[] = [
      ['GET /late', () => app.get('/late', () => 1)],
      ['dependency "late"', () => app.dependency('late', () => 1)],
      [
        'validates "late"',
        () => app.validates('late', { '~standard': { validate: () => ({ value: 1 }) } }, () => 1),
      ],
      ['onStartup', () => app.onStartup(() => 1)],
      ['onStartup "late"', () => app.onStartup('late', () => 1)],
      ['onShutdown', () => app.onShutdown(() => 1)],
      ['authorized', () => app.authorized(() => true)],
      ['resourceExists "late"', () => app.resourceExists('late', () => true)],
      ['provides "text/html"', () => app.provides('text/html', () => '')],
      ['accepts "text/csv"', () => app.accepts('text/csv', () => '')],
      ['handlesError 404', () => app.handlesError(404, () => '')],
      ['defaultHeaders', () => app.defaultHeaders(() => ({}))],
      ['requestId', () => app.requestId(() => '1')],
      ['traceId', () => app.traceId(() => '1')],
      ['the router at /late', () => app.mount('/late', new Router())],
      ['the resource /late', () => app.resource('/late', () => undefined)],
    ]
    for (const [what, call] of calls) expect(call, what).toThrow(refused(what))
  })

  it('takes nothing more through a router or a resource in it', async () => {
    const router = new Router()
    let later: () => unknown = () => undefined
    const app = new RestApplication().mount('/router', router).resource('/resource', (resource) => {
      later = () => resource.get(() => 'late')
    })
    await app.startup()
    expect(() => router.get('/late', () => 1)).toThrow(refused('GET /late'))
    expect(later).toThrow(refused('GET /'))
  })
})
