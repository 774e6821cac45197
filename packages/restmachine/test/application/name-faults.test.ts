import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { startFault } from './asking.ts'

describe('a name with two meanings', () => {
  it('is a fault: on one layer, with the framework, and with JavaScript', async () => {
    const app = new RestApplication()
      .dependency('pool', () => 1)
      .onStartup('pool', () => 2)
      .dependency('request', () => 3)
      .dependency('logger', () => 4)
      .validates('result', { '~standard': { validate: () => ({ value: 5 }) } }, () => 5)
      .dependency('then', () => 6)
      .dependency('__proto__', () => 7)
      .dependency('$x', () => 8)
      .get('/', () => 'hello')
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 7 faults
      1.   onStartup "pool": the name is taken
           the first:    name-faults.test.ts
           one name has one meaning: name one of them differently
           declared at:  name-faults.test.ts
      2.   dependency "then": the name is reserved
           a name that JavaScript itself uses cannot be provided
           choose another one
           declared at:  name-faults.test.ts
      3.   dependency "__proto__": the name is reserved
           a name that JavaScript itself uses cannot be provided
           choose another one
           declared at:  name-faults.test.ts
      4.   dependency "$x": the name is reserved
           a name that JavaScript itself uses cannot be provided
           choose another one
           declared at:  name-faults.test.ts
      5.   dependency "request": the name belongs to the framework
           choose another one
           declared at:  name-faults.test.ts
      6.   dependency "logger": the name belongs to the framework
           choose another one
           declared at:  name-faults.test.ts
      7.   validates "result": the name belongs to the framework
           choose another one
           declared at:  name-faults.test.ts"
    `)
  })

  it('is a fault when a path parameter is one of them', async () => {
    const app = new RestApplication()
      .dependency('user', () => 1)
      .get('/users/{user}', ({ user }) => user)
      .get('/bodies/{jsonBody}', ({ jsonBody }) => jsonBody)
      .get('/logs/{logger}', ({ logger }) => logger)
      .get('/promises/{then}', () => 'never')
      .mount(
        '/{place}',
        new Router().dependency('place', () => 2).get('/', ({ place }) => place),
      )
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 5 faults
      1.   GET /users/{user}: {user} has the name of a value of the application
           the value:    name-faults.test.ts
           rename the parameter, or the value
           declared at:  name-faults.test.ts
      2.   GET /bodies/{jsonBody}: {jsonBody} has the name of a value of the framework
           rename the parameter, or the value
           declared at:  name-faults.test.ts
      3.   GET /logs/{logger}: {logger} has the name of a value of the framework
           rename the parameter, or the value
           declared at:  name-faults.test.ts
      4.   GET /promises/{then}: {then} is reserved, JavaScript itself uses it
           rename the parameter
           declared at:  name-faults.test.ts
      5.   GET /{place}: {place} has the name of a value of the router
           the value:    name-faults.test.ts
           rename the parameter, or the value
           declared at:  name-faults.test.ts"
    `)
  })

  it('is a fault when two layers have a session value of one name', async () => {
    const app = new RestApplication()
      .dependency('pool', () => 1, { scope: 'session' })
      .mount(
        '/',
        new Router().dependency('pool', () => 2, { scope: 'session' }).get('/', ({ pool }) => pool),
      )
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   dependency "pool": another layer has a session value of this name
           the other:    name-faults.test.ts
           the session is one for the whole application: name one of them differently
           declared at:  name-faults.test.ts"
    `)
  })
})

describe('a function whose names cannot be read', () => {
  it('is a fault that says why, and what to do', async () => {
    const app = new RestApplication()
      .dependency('everything', ({ ...rest }) => rest)
      .get('/', ({ everything }) => everything)
      .get('/whole', (given) => given.request.path)
      .get('/none', undefined as never)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 3 faults
      1.   dependency "everything": cannot read the names it asks for
           text seen:    ({ ...rest }) => rest
           a rest element asks for everything, but names are provided one by one
           list the names: ({ db, user }) => …, or state the names: inject(['db'], fn)
           declared at:  name-faults.test.ts
      2.   GET /whole: cannot read the names it asks for
           text seen:    (given) => given.request.path
           the first parameter is not a pattern, so nothing says which names are needed
           take the names apart in the parameter list: ({ db }) => …, or state the names: inject(['db'], fn)
           declared at:  name-faults.test.ts
      3.   GET /none: cannot read the names it asks for
           a function is needed, got undefined
           declared at:  name-faults.test.ts"
    `)
  })
})
