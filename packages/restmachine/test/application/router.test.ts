import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { ask, askJson } from './asking.ts'

describe('mounting a router', () => {
  it('is by reference: what is added later counts', async () => {
    const router = new Router().get('/first', () => 'first')
    const app = new RestApplication().mount('/router', router)
    router.get('/second', () => 'second').resource('/third', (third) => third.get(() => 'third'))
    router.dependency('late', () => 'late').get('/late', ({ late }) => late)
    for (const path of ['first', 'second', 'third', 'late']) {
      expect(await askJson(app, `/router/${path}`)).toBe(path)
    }
  })

  it('gives it the parameters of its prefix', async () => {
    const router = new Router<{ shelf: string }>()
      .dependency('place', ({ shelf }) => `on ${shelf}`)
      .get('/', ({ shelf }) => shelf)
      .resource('/books/{book}', (resource) =>
        resource.get(({ shelf, book, place, pathParams }) => ({ shelf, book, place, pathParams })),
      )
    const app = new RestApplication().mount('/shelves/{shelf}', router)
    expect(await askJson(app, '/shelves/9')).toBe('9')
    expect(await askJson(app, '/shelves/9/books/4')).toEqual({
      ...{ shelf: '9', book: '4', place: 'on 9' },
      pathParams: { shelf: '9', book: '4' },
    })
  })

  it('can be done twice in one application, each with its own prefix', async () => {
    const router = new Router<{ kind: string }>()
      .get('/', ({ kind }) => kind)
      .get('/{item}', ({ item }) => item)
    const app = new RestApplication()
      .mount('/a/{kind}', router)
      .dependency('letter', () => 'b')
      .mount('/b/{kind}', router)
    expect(await askJson(app, '/a/x')).toBe('x')
    expect(await askJson(app, '/b/y')).toBe('y')
    expect(await askJson(app, '/b/y/z')).toBe('z')
  })

  it('can be done in two applications, each with its own values', async () => {
    let opened = 0
    const router = new Router<{ place: string }>()
      .dependency('number', () => ++opened, { scope: 'session' })
      .get('/', ({ place, number }) => [place, number])
    const one = new RestApplication().dependency('place', () => 'one').mount('/', router)
    const two = new RestApplication().dependency('place', async () => 'two').mount('/second', router)
    expect(await askJson(one)).toEqual(['one', 1])
    expect(await askJson(two, '/second')).toEqual(['two', 2])
    expect(await askJson(one)).toEqual(['one', 1])
    expect((await ask(two, '/')).status).toBe(404)
  })

  it('at "/" puts its routes beside those of the application', async () => {
    const app = new RestApplication()
      .get('/', () => 'root')
      .mount(
        '/',
        new Router().get('/{page}', ({ page }) => page),
      )
    expect([await askJson(app, '/'), await askJson(app, '/about')]).toEqual(['root', 'about'])
  })
})

describe('what a router declares', () => {
  const app = new RestApplication()
    .dependency('name', () => 'application')
    .get('/outside', ({ name }) => name)
    .mount(
      '/inside',
      new Router()
        .dependency('name', () => 'router')
        .resourceExists(({ queryParams }) => !queryParams.has('gone'))
        .provides('text/plain', ({ result }) => `plain ${result}`)
        .handlesError(404, () => ({ from: 'router' }))
        .get('/', ({ name }) => name),
    )
    .get('/after', ({ name }) => name)

  it('acts within it', async () => {
    const plain = { headers: { accept: 'text/plain' } }
    expect(await askJson(app, '/inside')).toBe('router')
    expect(await (await ask(app, '/inside', plain)).text()).toBe('plain router')
    expect(await askJson(app, '/inside?gone')).toEqual({ from: 'router' })
  })

  it('acts nowhere else', async () => {
    for (const path of ['/outside', '/after']) {
      expect(await askJson(app, `${path}?gone`)).toBe('application')
      expect((await ask(app, path, { headers: { accept: 'text/plain' } })).status).toBe(406)
    }
    expect(await askJson(app, '/nowhere')).toMatchObject({ title: 'Not Found' })
  })
})

describe('routes', () => {
  it('are listed in the order in which they were declared, with their whole paths', () => {
    const router = new Router<{ shelf: string }>()
      .get('/', () => 1)
      .resource('/books/{book}', (book) => book.put(() => 2).delete(() => 3))
    const app = new RestApplication()
      .post('/users', () => 4)
      .get('/files/*path', () => 5)
      .mount('/shelves/{shelf}', router)
      .route('PURGE', '/cache', () => 6)
    expect(app.routes).toEqual([
      { method: 'POST', path: '/users' },
      { method: 'GET', path: '/files/*path' },
      { method: 'PURGE', path: '/cache' },
      { method: 'GET', path: '/shelves/{shelf}' },
      { method: 'PUT', path: '/shelves/{shelf}/books/{book}' },
      { method: 'DELETE', path: '/shelves/{shelf}/books/{book}' },
    ])
  })

  it('of HEAD are used in place of those of GET, whatever their parameters are called', async () => {
    const app = new RestApplication()
      .get('/items/{id}', ({ id }) => id)
      .head('/items/{itemId}', ({ itemId, responseHeaders }) => {
        responseHeaders.set('x-head', itemId)
      })
      .get('/others/{id}', ({ id }) => id)
    expect((await ask(app, '/items/7', { method: 'HEAD' })).headers.get('x-head')).toBe('7')
    expect((await ask(app, '/others/7', { method: 'HEAD' })).headers.get('content-length')).toBe('3')
  })
})
