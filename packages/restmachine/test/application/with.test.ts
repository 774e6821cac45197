import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson, createLog, sending } from './asking.ts'

describe('with()', () => {
  it('fixes a value, and whoever provided it is not asked', async () => {
    const asked: string[] = []
    const app = new RestApplication()
      .dependency('clock', () => asked.push('clock'))
      .dependency('twice', ({ clock }) => clock * 2)
      .get('/', ({ clock, twice }) => [clock, twice])
    expect(await askJson(app.with({ clock: 21 }))).toEqual([21, 42])
    expect(asked).toEqual([])
  })

  it.each([undefined, null, 0, false, ''])('fixes it to %s, too', async (value) => {
    const app = new RestApplication()
      .dependency('value', (): unknown => 'something')
      .get('/', ({ value }) => [String(value)])
    expect(await askJson(app.with({ value }))).toEqual([String(value)])
  })

  it('leaves the application as it is', async () => {
    const app = new RestApplication()
      .dependency('clock', () => 1)
      .dependency('zone', () => 'UTC')
      .get('/', ({ clock, zone }) => `${clock} ${zone}`)
    const other = app.with({ clock: 2 })
    const third = other.with({ zone: 'CET' })
    expect([await askJson(third), await askJson(other), await askJson(app)]).toEqual([
      '2 CET',
      '2 UTC',
      '1 UTC',
    ])
  })

  it('fixes session values: they are neither opened nor closed', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .onStartup('pool', function* () {
        marks.push('opened')
        yield { name: 'real' }
        marks.push('closed')
      })
      .dependency('queue', () => marks.push('queue'), { scope: 'session' })
      .dependency('repository', ({ pool }) => `repository on ${pool.name}`, { scope: 'session' })
      .onShutdown(({ pool }) => marks.push(`shutdown with ${pool.name}`))
      .get('/', ({ repository, queue }) => [repository, queue])
    const tested = app.with({ pool: { name: 'fake' }, queue: 7 })
    await tested.startup()
    expect(await askJson(tested)).toEqual(['repository on fake', 7])
    await tested.shutdown()
    expect(marks).toEqual(['shutdown with fake'])
  })

  it('has a session of its own', async () => {
    let opened = 0
    const app = new RestApplication()
      .dependency('pool', () => ++opened, { scope: 'session' })
      .dependency('clock', () => 1)
      .get('/', ({ pool, clock }) => [pool, clock])
    const other = app.with({ clock: 2 })
    expect([await askJson(app), await askJson(other), await askJson(app)]).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
    ])
  })

  it('fixes what a named decision found: a guard lets it in', async () => {
    const app = new RestApplication()
      .authorized('user', () => undefined as { name: string } | undefined)
      .resource('/items/{itemId}', (resource) =>
        resource
          .resourceExists('item', () => undefined as { id: number } | undefined)
          .get(({ user, item }) => [user.name, item.id]),
      )
    expect((await ask(app, '/items/1')).status).toBe(401)
    const signedIn = app.with({ user: { name: 'Ada' } })
    expect((await ask(signedIn, '/items/1')).status).toBe(404)
    // @ts-expect-error the application does not know the names of its resources
    expect(await askJson(signedIn.with({ item: { id: 7 } }), '/items/1')).toEqual(['Ada', 7])
  })

  it('fixes what is validated, in place of the content', async () => {
    const schema = { '~standard': { validate: () => ({ issues: [{ message: 'never' }] }) } }
    const app = new RestApplication()
      .validates(
        'order',
        schema as never as { '~standard': { validate: () => { value: { id: number } } } },
        ({ jsonBody }) => jsonBody,
      )
      .post('/', ({ order }) => order.id)
    expect((await ask(app, '/', sending({}))).status).toBe(422)
    expect(await askJson(app.with({ order: { id: 7 } }), '/', sending({}))).toBe(7)
  })

  it('fixes values of the framework, too', async () => {
    const app = new RestApplication().get('/', ({ requestId, logger }) => [requestId, typeof logger])
    expect(await askJson(app.with({ requestId: 'known' }))).toEqual(['known', 'object'])
    expect(await askJson(app.with({ requestId: 'known' }), '/nowhere')).toMatchObject({ requestId: 'known' })
  })

  it('makes a logger that of the framework, too', async () => {
    const [own, other] = [createLog(), createLog()]
    const app = new RestApplication({ logger: own }).get('/', ({ logger }) => {
      logger.info('asked')
      throw new Error('always')
    })
    await ask(app.with({ logger: other }), '/')
    expect([own.lines.length, other.lines.map(({ message }) => message)]).toEqual([
      0,
      ['asked', '500 in GET /'],
    ])
    await ask(app, '/')
    expect([own.lines.length, other.lines.length]).toEqual([2, 2])
  })

  it('fixes a name in every layer', async () => {
    const router = new Router().dependency('place', () => 'router').get('/', ({ place }) => place)
    const app = new RestApplication()
      .dependency('place', () => 'application')
      .get('/', ({ place }) => place)
      .mount('/router', router)
    const fixed = app.with({ place: 'test' })
    expect([await askJson(fixed), await askJson(fixed, '/router')]).toEqual(['test', 'test'])
  })
})
