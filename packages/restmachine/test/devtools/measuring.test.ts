import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

const Anything = { '~standard': { validate: (value: unknown) => ({ value }) } }
const MIB = 1024 * 1024

describe('large-body-in-memory', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('large-body-in-memory', app)

  it('tells of content above 16 MiB that is read as a whole', () => {
    const app = new RestApplication()
      .validates('report', Anything, ({ jsonBody }) => jsonBody)
      .put('/a', ({ bytesBody }) => bytesBody.length, { bodyLimit: 16 * MIB + 1 })
      .put('/b', ({ report }) => report, { bodyLimit: 100 * MIB })
    assert.deepEqual(found(app), [
      'PUT /a: bytesBody takes up to 16 MiB of each request into memory',
      'PUT /b: jsonBody takes up to 100 MiB of each request into memory',
    ])
  })

  it('is silent about less, about streams, and where nothing is read', () => {
    const app = new RestApplication()
      .put('/a', ({ bytesBody }) => bytesBody.length, { bodyLimit: 16 * MIB })
      .put('/b', ({ body }) => body, { bodyLimit: 100 * MIB })
      .post('/c', ({ multipartBody }) => multipartBody.files.length, { bodyLimit: 100 * MIB })
      .post('/d', () => 1, { bodyLimit: 100 * MIB })
      .post('/e', ({ textBody }) => textBody)
    assert.deepEqual(found(app), [])
  })
})

describe('unmonitored', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] => messagesOf('unmonitored', app)
  const four = () =>
    new RestApplication()
      .get('/a', () => 1)
      .get('/b', () => 1)
      .get('/c', () => 1)
      .get('/d', () => 1)

  it('tells of an application of five routes that measures nothing', () => {
    assert.deepEqual(found(four().get('/e', () => 1)), [
      'No function of a request measures how long it takes, so a slow route is found by its users',
    ])
  })

  it('is silent about a small one', () => {
    assert.deepEqual(found(four()), [])
  })

  it('is silent where anything that runs in requests measures', () => {
    const timed = four()
      .dependency('watch', function* ({ logger }) {
        const start = performance.now()
        yield
        logger.info?.(`took ${performance.now() - start} ms`)
      })
      .get('/e', ({ watch }) => watch)
    assert.deepEqual(found(timed), [])
    const counted = four()
      .onStartup('metrics', () => ({ count: 0 }))
      .get('/e', ({ metrics: { count } }) => count)
    assert.deepEqual(found(counted), [])
  })
})
