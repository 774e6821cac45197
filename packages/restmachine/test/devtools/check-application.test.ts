import { DeclarationError, RestApplication } from 'restmachine'
import { type Checkable, checkApplication, formatAdvice } from 'restmachine/check'
import { assert, describe, it } from 'vitest'

class Pool {}

function sloppy(opened: () => void = () => undefined) {
  return new RestApplication()
    .onStartup('started', opened)
    .dependency('unused', () => 1)
    .dependency('database', () => {
      opened()
      return new Pool()
    })
    .get('/users/{id}', ({ database, id }) => ({ database, id }))
}

describe('checkApplication', () => {
  it('gives advice with rule, route, mend and place, in the order of the rules', () => {
    const list = checkApplication(sloppy())
    assert.deepEqual(
      list.map(({ rule, route }) => [rule, route]),
      [
        ['unused-provider', undefined],
        ['pool-per-request', undefined],
        ['read-without-validator', 'GET /users/{id}'],
      ],
    )
    for (const { mend, place } of list) {
      assert.isNotEmpty(mend)
      assert.match(place?.file ?? '', /check-application\.test\.ts$/)
    }
  })

  it('says the same each time, and opens nothing', () => {
    let opened = 0
    const app = sloppy(() => opened++)
    assert.deepEqual(checkApplication(app), checkApplication(app))
    assert.equal(opened, 0)
  })

  it('leaves out rules that are switched off', () => {
    const rules = { 'unused-provider': false, 'pool-per-request': true, 'read-without-validator': false }
    assert.deepEqual(
      checkApplication(sloppy(), { rules }).map(({ rule }) => rule),
      ['pool-per-request'],
    )
  })

  it('refuses a rule that there is not', () => {
    const rules = { 'pool-per-requests': false } as object
    assert.throws(
      () => checkApplication(sloppy(), { rules }),
      'Cannot check the application: there is no rule "pool-per-requests"; did you mean "pool-per-request"?',
    )
  })

  it('tells first of all faults that keep the application from starting', () => {
    const faulty = new RestApplication().get('/a', (({ clok }: { clok: number }) => clok) as never)
    assert.throws(() => checkApplication(faulty), DeclarationError, 'nothing provides "clok"')
  })

  it('refuses what is no application of this copy of the package', () => {
    const stranger = { routes: [] } as unknown as Checkable
    assert.throws(() => checkApplication(stranger), TypeError, 'another copy of restmachine')
  })

  it('has no advice for an application without routes, nor for a good one', () => {
    assert.deepEqual(checkApplication(new RestApplication()), [])
    const good = new RestApplication()
      .onStartup('pool', () => new Pool())
      .resource('/users/{id}', (user) =>
        user
          .resourceExists('user', ({ pool, id }) => ({ pool, id, version: 1 }))
          .etag(({ user }) => user.version)
          .get(({ user }) => user)
          .put(({ user }) => user, { preconditionRequired: true }),
      )
    assert.deepEqual(checkApplication(good), [])
  })

  it('looks at the application as `with` leaves it', () => {
    assert.lengthOf(checkApplication(sloppy().with({ unused: 2 })), 3)
  })

  it('is quick: 300 routes in less than two seconds', () => {
    let app = new RestApplication().etag('auto').dependency('base', () => 1)
    for (let number = 0; number < 300; number++)
      app = app.get(`/routes/${number}/{id}`, ({ base, id }) => [base, id])
    const start = performance.now()
    checkApplication(app, { rules: { unmonitored: false } })
    assert.isBelow(performance.now() - start, 2_000)
  })
})

describe('formatAdvice', () => {
  it('writes each piece with its mend, its rule and its place', () => {
    const place = { file: '/srv/app.ts', line: 3, column: 4 }
    const advice = { rule: 'blocking-call', route: 'GET /a', message: 'GET /a: waits', mend: 'do not', place }
    assert.equal(
      formatAdvice([advice, { ...advice, place: undefined }]),
      [
        '2 pieces of advice',
        '1.   GET /a: waits',
        '     mend:         do not',
        '     rule:         blocking-call',
        '     declared at:  /srv/app.ts:3:4',
        '2.   GET /a: waits',
        '     mend:         do not',
        '     rule:         blocking-call',
      ].join('\n'),
    )
    assert.match(formatAdvice([advice]), /^1 piece of advice\n/)
  })

  it('says that there is none', () => {
    assert.equal(formatAdvice([]), 'No advice')
  })
})
