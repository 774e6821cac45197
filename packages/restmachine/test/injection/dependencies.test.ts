import { inject, RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson } from '../application/asking.ts'

const FALSY = [undefined, null, 0, '', false, Number.NaN]

describe('a value of a request', () => {
  it.each(FALSY)('is made once, also when it is %s', async (value) => {
    let made = 0
    const app = new RestApplication()
      .dependency('value', () => {
        made++
        return value
      })
      .dependency('left', ({ value }) => [value])
      .dependency('right', ({ value }) => [value])
      .get('/', ({ value, left, right }) => [value, left, right].map(String), {
        forbidden: ({ value }) => !!value,
      })
    expect(await askJson(app)).toEqual([String(value), String([value]), String([value])])
    expect(made).toBe(1)
  })

  it.each(FALSY)('is made once, also when it is a promise of %s', async (value) => {
    let made = 0
    const app = new RestApplication()
      .dependency('value', async () => {
        made++
        return value
      })
      .dependency('left', async ({ value }) => [value])
      .dependency('right', async ({ value }) => [value])
      .get('/', ({ value, left, right }) => [value, left, right].map(String))
    expect(await askJson(app)).toEqual([String(value), String([value]), String([value])])
    expect(made).toBe(1)
  })

  it('is made anew for each request', async () => {
    let made = 0
    const app = new RestApplication().dependency('count', () => ++made).get('/', ({ count }) => count)
    expect([await askJson(app), await askJson(app)]).toEqual([1, 2])
  })

  it('is not made when nobody who is reached asks for it', async () => {
    const made: string[] = []
    const app = new RestApplication()
      .dependency('unused', () => made.push('unused'))
      .dependency('late', () => made.push('late'))
      .get('/', ({ late }) => late, { resourceExists: () => false })
    expect((await ask(app)).status).toBe(404)
    expect(made).toEqual([])
  })

  it('has the value that a generator yields', async () => {
    const app = new RestApplication()
      .dependency('now', function* () {
        yield 1
      })
      .dependency('later', async function* () {
        yield 2
      })
      .dependency('promised', function* () {
        yield Promise.resolve(3)
      })
      .get('/', ({ now, later, promised }) => [now, later, promised satisfies number])
    expect(await askJson(app)).toEqual([1, 2, 3])
  })

  it('may be a function or a promise of a promise', async () => {
    const app = new RestApplication()
      .dependency('greet', () => (name: string) => `hello ${name}`)
      .dependency('nested', async () => Promise.resolve(Promise.resolve('deep')))
      .get('/', ({ greet, nested }) => greet(nested))
    expect(await askJson(app)).toBe('hello deep')
  })
})

describe('a name', () => {
  it('can be renamed, quoted and taken apart where it is asked for', async () => {
    const app = new RestApplication()
      .dependency('database', () => ({ host: 'db', port: 1 }))
      .dependency('odd-name', () => 'odd')
      .get('/', ({ database: { host }, 'odd-name': odd }) => `${host} ${odd}`)
    expect(await askJson(app)).toBe('db odd')
  })

  it('can be stated where no pattern says it', async () => {
    const app = new RestApplication()
      .dependency('clock', () => 42)
      .dependency(
        'double',
        inject(['clock'], (given: { clock: number }) => given.clock * 2),
      )
      .get(
        '/',
        inject(['clock', 'double'], (given: { clock: number; double: number }) => ({ ...given })),
      )
    expect(await askJson(app)).toEqual({ clock: 42, double: 84 })
  })

  it('can be stated for a generator', async () => {
    const marks: string[] = []
    const app = new RestApplication()
      .dependency(
        'file',
        inject([], function* () {
          yield 'open'
          marks.push('closed')
        }),
      )
      .get('/', ({ file }) => file)
    expect(await askJson(app)).toBe('open')
    expect(marks).toEqual(['closed'])
  })

  it('may be missing where it has a default', async () => {
    const router = new Router<{ storage?: string }>().get('/', ({ storage = 'none' }) => storage)
    const without = new RestApplication().mount('/', router)
    const withIt = new RestApplication().dependency('storage', () => 'redis').mount('/', router)
    expect(await askJson(without)).toBe('none')
    expect(await askJson(withIt)).toBe('redis')
  })

  it('takes its default also where a later station knows the name', async () => {
    const router = new Router<{ result?: string }>().get('/', ({ result = 'none' }) => ({ seen: result }), {
      provides: { 'text/plain': ({ result }) => `seen: ${result.seen}` },
    })
    const app = new RestApplication().mount('/', router)
    expect(await (await ask(app, '/', { headers: { accept: 'text/plain' } })).text()).toBe('seen: none')
  })
})

describe('an inner layer', () => {
  const app = new RestApplication()
    .dependency('place', () => 'application')
    .dependency('sentence', ({ place }) => `from the ${place}`)
    .get('/', ({ sentence }) => sentence)
    .mount(
      '/router',
      new Router<{ sentence: string }>()
        .dependency('place', () => 'router')
        .get('/', ({ sentence }) => sentence)
        .resource('/resource', (resource) =>
          resource
            .dependency('place', async () => 'resource')
            .get(({ sentence, place }) => `${sentence}, ${place}`),
        ),
    )

  it.each([
    ['/', 'from the application'],
    ['/router', 'from the router'],
    ['/router/resource', 'from the resource, resource'],
  ])('gives a name its meaning for %s, also to providers from outside', async (path, sentence) => {
    expect(await askJson(app, path)).toBe(sentence)
  })

  it('may provide per request what the session provides outside', async () => {
    const app = new RestApplication()
      .dependency('name', () => 'process', { scope: 'session' })
      .dependency('title', ({ name }) => `the ${name}`, { scope: 'session' })
      .resource('/', (resource) =>
        resource.dependency('name', ({ title }) => `request in ${title}`).get(({ name }) => name),
      )
    expect(await askJson(app)).toBe('request in the process')
  })
})
