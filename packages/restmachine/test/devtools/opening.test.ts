import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

class Pool {
  readonly size: number
  constructor(size = 1) {
    this.size = size
  }
}
const createPool = (): Pool => new Pool()
const createClient = (url: string): object => ({ url })

describe('pool-per-request', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('pool-per-request', app)

  it('tells of a pool that a provider, a decision or a handler makes in every request', () => {
    const app = new RestApplication()
      .dependency('database', () => new Pool())
      .dependency('other', async () => createPool())
      .get('/a', ({ database, other }) => ({ database, other }))
      .get('/b', () => new Pool(5).size)
      .get('/c', () => 1, { resourceExists: () => new Pool() })
    assert.deepEqual(found(app), [
      'dependency "database": new Pool(…) opens connections in every request',
      'dependency "other": createPool(…) opens connections in every request',
      'GET /b: new Pool(…) opens connections in every request',
      'resourceExists: new Pool(…) opens connections in every request',
    ])
  })

  it('tells of a provider that is a function of its own, too', () => {
    function database() {
      return new Pool()
    }
    const app = new RestApplication().dependency('database', database).get('/a', ({ database }) => database)
    assert.lengthOf(found(app), 1)
  })

  it('is silent about what lives as long as the process', () => {
    const app = new RestApplication()
      .onStartup('pool', () => new Pool())
      .dependency('late', () => new Pool(), { scope: 'session' })
      .dependency('renewed', () => new Pool(), { ttl: '5m' })
      .get('/a', ({ pool, late, renewed }) => [pool.size, late.size, renewed.size])
    assert.deepEqual(found(app), [])
  })

  it('tells of a client only where nothing of the request goes into it', () => {
    const app = new RestApplication()
      .onStartup('url', () => 'redis://localhost')
      .dependency('shared', ({ url, logger }) => createClient(`${url}${typeof logger}`))
      .dependency('own', ({ requestHeaders }) => createClient(requestHeaders.get('x-tenant') ?? ''))
      .get('/a', ({ shared, own }) => ({ shared, own }))
    assert.deepEqual(found(app), ['dependency "shared": createClient(…) opens connections in every request'])
  })
})
