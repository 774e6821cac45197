import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { startFault } from './asking.ts'

describe('a route that is there already', () => {
  it('is a fault, whatever its parameters are called and wherever it was declared', async () => {
    const app = new RestApplication()
      .get('/users/{userId}', ({ userId }) => userId)
      .get('/users/{id}', ({ id }) => id)
      .post('/users/{id}', ({ id }) => id)
      .mount(
        '/users',
        new Router().get('/{name}', ({ name }) => name),
      )
      .resource('/users/{id}', (user) => user.put(({ id }) => id).put(({ id }) => id))
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 3 faults
      1.   GET /users/{id}: there is such a route already
           the first:    route-faults.test.ts
           remove one of them, or change its path or method
           declared at:  route-faults.test.ts
      2.   GET /users/{name}: there is such a route already
           the first:    route-faults.test.ts
           remove one of them, or change its path or method
           declared at:  route-faults.test.ts
      3.   PUT /users/{id}: there is such a route already
           the first:    route-faults.test.ts
           remove one of them, or change its path or method
           declared at:  route-faults.test.ts"
    `)
  })
})

describe('a path template that cannot be read', () => {
  it('is a fault with a caret under the spot', async () => {
    const app = new RestApplication()
      .get('/files/*path/raw', () => 1)
      .get('users', () => 2)
      .get('/{id}/{id}', () => 3)
      .get('/a//b', () => 4)
      .get('/v{version}', () => 5)
      .mount(
        '/books',
        new Router().get('list', () => 6).get('/{book}/pages/*', () => 7),
      )
      .mount(
        'shops',
        new Router().get('/', () => 8),
      )
      .resource('/shelves/{shelf', (shelf) => shelf.get(() => 9))
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 9 faults
      1.   GET /files/*path/raw: cannot read the path template: "*path" takes the rest, so nothing can follow it
             /files/*path/raw
                          ^
           declared at:  route-faults.test.ts
      2.   GET users: cannot read the path template: it starts with "/"
             users
             ^
           declared at:  route-faults.test.ts
      3.   GET /{id}/{id}: cannot read the path template: "id" stands in it twice; name one differently
             /{id}/{id}
                   ^
           declared at:  route-faults.test.ts
      4.   GET /a//b: cannot read the path template: a segment is empty; leave the extra "/" out
             /a//b
                ^
           declared at:  route-faults.test.ts
      5.   GET /v{version}: cannot read the path template: a parameter takes a whole segment
             /v{version}
               ^
           declared at:  route-faults.test.ts
      6.   GET list: cannot read the path template: it starts with "/"
             list
             ^
           declared at:  route-faults.test.ts
      7.   GET /books/{book}/pages/*: cannot read the path template: a name of letters, digits and "_" is needed, got ""
             /books/{book}/pages/*
                                  ^
           declared at:  route-faults.test.ts
      8.   mount "shops": cannot read the path template: it starts with "/"
             shops
             ^
           declared at:  route-faults.test.ts
      9.   GET /shelves/{shelf: cannot read the path template: a parameter takes a whole segment
             /shelves/{shelf
                      ^
           declared at:  route-faults.test.ts"
    `)
  })

  it('is none of these', async () => {
    const app = new RestApplication()
      .get('/', () => 1)
      .get('/{id}', () => 2)
      .get('/{other}/more', () => 3)
      .get('/files/*path', () => 4)
      .mount(
        '/',
        new Router().get('/mounted', () => 5),
      )
    await app.startup()
    expect(app.routes).toHaveLength(5)
  })
})

describe('a router that holds itself', () => {
  it('is a fault', async () => {
    const router = new Router().get('/', () => 1)
    const app = new RestApplication().mount('/a', router)
    // No type of a router has `mount`; the application's works on any layer.
    const holder = Object.assign(router, { mount: app.mount }) as unknown as RestApplication
    holder.mount('/b', router)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   mount "/b": the router holds itself
           mount it once, from outside
           declared at:  route-faults.test.ts"
    `)
  })
})
