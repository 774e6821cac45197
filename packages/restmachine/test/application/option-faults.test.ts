import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { startFault } from './asking.ts'

describe('options', () => {
  it('that there are not, or that have another type, are faults', async () => {
    const wrong = (options: object): never => options as never
    const app = new RestApplication()
      .get('/1', () => 1, wrong({ skipAuthchek: true, provide: {}, zzz: 1 }))
      .get('/2', () => 2, wrong({ bypassStateMachine: 'yes', skipAuthCheck: 1 }))
      .get('/3', () => 3, wrong({ bodyLimit: '1 MB', timeout: 'soon' }))
      .get('/4', () => 4, wrong({ etag: '"abc"', resourceExists: true }))
      .get('/5', () => 5, wrong({ provides: 'text/html', accepts: null }))
      .get(
        '/6',
        () => 6,
        wrong({ provides: { 'text/html': 'page.html', 'text/*': () => 1, nonsense: () => 1 } }),
      )
      .get('/7', () => 7, { timeout: undefined, provides: undefined, skipAuthCheck: undefined } as object)
      .route('GET IT', '/8', () => 8)
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 15 faults
      1.   GET /1: there is no option "skipAuthchek"
           did you mean "skipAuthCheck"?
           declared at:  option-faults.test.ts
      2.   GET /1: there is no option "provide"
           did you mean "provides"?
           declared at:  option-faults.test.ts
      3.   GET /1: there is no option "zzz"
           declared at:  option-faults.test.ts
      4.   GET /2: bypassStateMachine is true or false
           got "yes"
           declared at:  option-faults.test.ts
      5.   GET /2: skipAuthCheck is true or false
           got 1
           declared at:  option-faults.test.ts
      6.   GET /3: bodyLimit is a number of bytes
           got "1 MB"
           declared at:  option-faults.test.ts
      7.   GET /3: timeout is a span of time: "5m", "30s", or milliseconds above 0
           got "soon"
           declared at:  option-faults.test.ts
      8.   GET /4: etag is a function
           got "\\"abc\\""
           declared at:  option-faults.test.ts
      9.   GET /4: resourceExists is a function
           got true
           declared at:  option-faults.test.ts
      10.  GET /5: provides is an object of functions by media type
           got "text/html"
           declared at:  option-faults.test.ts
      11.  GET /5: accepts is an object of functions by media type
           got null
           declared at:  option-faults.test.ts
      12.  GET IT /8: "GET IT" is no method
           methods are upper case by convention: GET, POST, PURGE
           declared at:  option-faults.test.ts
      13.  GET /6 as text/*: "text/*" is no media type
           write type and subtype, such as "text/html"
           declared at:  option-faults.test.ts
      14.  GET /6 as nonsense: "nonsense" is no media type
           write type and subtype, such as "text/html"
           declared at:  option-faults.test.ts
      15.  GET /6 as text/html: cannot read the names it asks for
           a function is needed, got page.html
           declared at:  option-faults.test.ts"
    `)
  })

  it('of a dependency are faults, too', async () => {
    const app = new RestApplication()
      .dependency('rates', () => 1, { ttl: '5 minutes' as never })
      .dependency('never', () => 1, { ttl: 0 })
      .dependency(
        'pool',
        function* () {
          yield 1
        },
        { ttl: '5m' },
      )
      .get('/', () => 'hello')
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 3 faults
      1.   dependency "rates": ttl is a span of time: "5m", "30s", or milliseconds above 0
           got "5 minutes"
           declared at:  option-faults.test.ts
      2.   dependency "never": ttl is a span of time: "5m", "30s", or milliseconds above 0
           got 0
           declared at:  option-faults.test.ts
      3.   dependency "pool": a value with a ttl cannot be a generator
           requests may still use the old value when the new one is made
           give a plain value, or leave ttl out
           declared at:  option-faults.test.ts"
    `)
  })
})

describe('skipAuthCheck', () => {
  it('is a fault where the value of the check is used, directly or by way of a provider', async () => {
    const app = new RestApplication()
      .authorized('user', () => ({ name: 'Ada' }))
      .dependency('greeting', ({ user }) => `hello ${user.name}`)
      .get('/public', () => 'hello', { skipAuthCheck: true })
      .get('/direct', ({ user }) => user, { skipAuthCheck: true })
      .get('/by-way', ({ greeting }) => greeting, { skipAuthCheck: true })
    expect(await startFault(app)).toMatchInlineSnapshot(`
      "Cannot start the application: 2 faults
      1.   GET /direct: skipAuthCheck, yet it uses "user", which only the check makes safe
           the check:    authorized "user"
           remove skipAuthCheck, or do not ask for "user"
           declared at:  option-faults.test.ts
      2.   GET /by-way: skipAuthCheck, yet it uses "user", which only the check makes safe
           the check:    authorized "user"
           remove skipAuthCheck, or do not ask for "user"
           declared at:  option-faults.test.ts"
    `)
  })
})

describe('with()', () => {
  it('is a fault for a name that nothing has', async () => {
    const app = new RestApplication().dependency('clock', () => 1).get('/', ({ clock }) => clock)
    // @ts-expect-error there is no "clok"
    expect(await startFault(app.with({ clok: 2 }))).toMatchInlineSnapshot(`
      "Cannot start the application: 1 fault
      1.   with({ clok }): nothing provides "clok"
           did you mean "clock"?"
    `)
    await app.startup()
  })
})

describe('an option of the application that does not exist', () => {
  it('is refused, with the one that is meant', () => {
    expect(() => new RestApplication({ compression: true } as object)).toThrow(
      'Cannot make an application: there is no option "compression"',
    )
    expect(() => new RestApplication({ bodyLimmit: 1 } as object)).toThrow('did you mean "bodyLimit"?')
  })
})
