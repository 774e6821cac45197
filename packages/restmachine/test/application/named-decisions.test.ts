import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson } from './asking.ts'

const users = new Map([
  ['1', { name: 'Ada', team: '7' }],
  ['2', { name: 'Grace', team: '8' }],
])
const teams = new Map([['7', { title: 'Engines' }]])

describe('the value of a named decision', () => {
  const app = new RestApplication().resource('/users/{userId}', (resource) =>
    resource
      .resourceExists('user', async ({ userId }) => users.get(userId))
      .resourceExists('team', ({ user }) => teams.get(user.team))
      .dependency(
        'line',
        ({ user, team }) => `${user.name satisfies string} in ${team.title satisfies string}`,
      )
      .get(({ line }) => line),
  )

  it('is there for whoever asks, and typed so', async () => {
    expect(await askJson(app, '/users/1')).toBe('Ada in Engines')
  })

  it.each(['/users/2', '/users/3'])('is a 404 when it is not there (%s)', async (path) => {
    expect((await ask(app, path)).status).toBe(404)
  })

  it.each([0, '', Number.NaN])('is there also when it is %s', async (value) => {
    const app = new RestApplication().resource('/', (resource) =>
      resource.resourceExists('value', () => value).get(({ value }) => [String(value)]),
    )
    expect(await askJson(app)).toEqual([String(value)])
  })

  it.each([undefined, null, false])('is not there when it is %s', async (value) => {
    const app = new RestApplication().resource('/', (resource) =>
      resource.resourceExists('value', () => value).get(({ value }) => value),
    )
    expect((await ask(app)).status).toBe(404)
  })

  it('is looked for once in a request', async () => {
    let looked = 0
    const app = new RestApplication().resource('/', (resource) =>
      resource
        .resourceExists('item', async () => ({ number: ++looked }))
        .etag(({ item }) => item.number)
        .dependency('again', ({ item }) => item.number)
        .get(({ item, again }) => [item.number, again]),
    )
    expect(await askJson(app)).toEqual([1, 1])
  })
})

describe('asking for the value of a decision before it was made', () => {
  it('ends the request as the decision would: 404 of resourceExists', async () => {
    let counted = 0
    const app = new RestApplication().resource('/{userId}', (resource) =>
      resource
        .resourceExists('user', ({ userId }) => users.get(userId))
        .dependency('length', ({ user }) => {
          counted++
          return user.name.length
        })
        .forbidden(({ length }) => length > 3)
        .get(({ user }) => user),
    )
    expect((await ask(app, '/1')).status).toBe(200)
    expect((await ask(app, '/2')).status).toBe(403)
    expect((await ask(app, '/3')).status).toBe(404)
    expect(counted).toBe(2)
  })

  it('ends it with 401 of authorized, also where no decision is asked', async () => {
    const app = new RestApplication()
      .authorized('user', ({ requestHeaders }) => users.get(requestHeaders.get('x-user') ?? ''))
      .dependency('greeting', async ({ user }) => `hello ${user.name}`)
      .get('/', ({ greeting }) => greeting, { malformedRequest: ({ greeting }) => greeting === '' })
      .get('/bypass', ({ greeting }) => greeting, { bypassStateMachine: true })
    for (const path of ['/', '/bypass']) {
      const refused = await ask(app, path)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toBe('Bearer')
      expect(await askJson(app, path, { headers: { 'x-user': '1' } })).toBe('hello Ada')
    }
  })
})

describe('a decision of an application', () => {
  const app = new RestApplication()
    .dependency('userId', ({ queryParams }) => queryParams.get('user') ?? '')
    .dependency('teamId', ({ queryParams }) => queryParams.get('team') ?? '')
    .resourceExists('user', ({ userId }) => users.get(userId))
    .resourceExists('team', ({ teamId }) => teams.get(teamId))
    .dependency('both', ({ user, team }) => `${user.name}, ${team.title}`)
    .get('/none', () => 'none')
    .get('/user', ({ user }) => user.name)
    .get('/both', ({ user, team }) => [user.name, team.title])
    .get('/by-way', ({ both }) => both)

  it.each([
    ['/none', 200],
    ['/user', 404],
    ['/user?user=1', 200],
    ['/both?user=1', 404],
    ['/both?team=7', 404],
    ['/both?user=1&team=7', 200],
    ['/by-way?user=1', 404],
    ['/by-way?user=1&team=7', 200],
  ])('with a name acts where the name is used: %s is a %i', async (path, status) => {
    expect((await ask(app, path)).status).toBe(status)
  })

  it('without a name acts on every route', async () => {
    const app = new RestApplication()
      .resourceExists(({ queryParams }) => queryParams.has('there'))
      .get('/', () => 1)
      .mount(
        '/router',
        new Router().get('/', () => 2).resource('/resource', (resource) => resource.get(() => 3)),
      )
    for (const path of ['/', '/router', '/router/resource']) {
      expect((await ask(app, path)).status).toBe(404)
      expect((await ask(app, `${path}?there`)).status).toBe(200)
    }
  })
})

describe('a decision of a resource or a route', () => {
  it('acts always, whether its name is used or not', async () => {
    const app = new RestApplication()
      .resource('/resource', (resource) => resource.resourceExists('item', () => undefined).get(() => 1))
      .get('/route', () => 2, { resourceExists: () => false })
    expect((await ask(app, '/resource')).status).toBe(404)
    expect((await ask(app, '/route')).status).toBe(404)
  })
})

describe('an inner decision', () => {
  it('takes the place of an outer one', async () => {
    const asked: string[] = []
    const app = new RestApplication()
      .resourceExists(() => asked.push('application') < 0)
      .get('/', () => 'outside')
      .mount(
        '/router',
        new Router()
          .resourceExists(() => asked.push('router'))
          .get('/', () => 1)
          .get('/route', () => 2, { resourceExists: () => asked.push('route') })
          .resource('/resource', (resource) =>
            resource.resourceExists('found', () => asked.push('resource')).get(() => 3),
          ),
      )
    for (const path of ['/router', '/router/route', '/router/resource', '/']) await ask(app, path)
    expect(asked).toEqual(['router', 'route', 'resource', 'application'])
  })

  it('leaves an outer one standing whose value is used', async () => {
    const app = new RestApplication()
      .dependency('key', ({ queryParams }) => queryParams.get('user') ?? '')
      .resourceExists('user', ({ key }) => users.get(key))
      .resource('/teams/{teamId}', (resource) =>
        resource
          .resourceExists('team', ({ teamId }) => teams.get(teamId))
          .get(({ team, user }) => [team.title, user.name])
          .delete(({ team }) => [team.title]),
      )
    expect(await askJson(app, '/teams/7?user=1')).toEqual(['Engines', 'Ada'])
    expect((await ask(app, '/teams/7?user=9')).status).toBe(404)
    expect((await ask(app, '/teams/9?user=1')).status).toBe(404)
    expect((await ask(app, '/teams/7', { method: 'DELETE' })).status).toBe(200)
  })

  it('is asked after an outer one that still acts', async () => {
    const asked: string[] = []
    const app = new RestApplication()
      .resourceExists('shop', () => asked.push('shop'))
      .resource('/', (resource) =>
        resource
          .resourceExists('item', () => asked.push('item'))
          .get(({ item, shop }) => [item, shop], {
            etag: () => asked.push('etag'),
          }),
      )
    await ask(app)
    expect(asked).toEqual(['shop', 'item', 'etag'])
  })

  it('with the same name gives the name its own value', async () => {
    const app = new RestApplication()
      .resourceExists('item', () => 'outer')
      .get('/', ({ item }) => item)
      .resource('/inner', (resource) =>
        resource.resourceExists('item', () => 'inner').get(({ item }) => item),
      )
    expect([await askJson(app), await askJson(app, '/inner')]).toEqual(['outer', 'inner'])
  })

  it('with a name that nobody uses leaves the outer one standing on its router', async () => {
    const app = new RestApplication()
      .resourceExists(() => false)
      .mount(
        '/',
        new Router()
          .resourceExists('item', () => 'item')
          .get('/unused', () => 1)
          .get('/used', ({ item }) => item),
      )
    expect((await ask(app, '/unused')).status).toBe(404)
    expect((await ask(app, '/used')).status).toBe(200)
  })
})
