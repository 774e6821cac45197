import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { messagesOf } from './advised.ts'

describe('exposed-cookie', () => {
  const found = (app: Parameters<typeof messagesOf>[1]): readonly string[] =>
    messagesOf('exposed-cookie', app)

  it('tells which attributes nobody has thought of', () => {
    const app = new RestApplication()
      .get('/a', ({ responseHeaders }) => responseHeaders.setCookie('sid', '1'))
      .get('/b', ({ responseHeaders: headers }) => headers.setCookie('sid', '1', { path: '/', secure: true }))
      .get('/c', ({ responseHeaders }) => responseHeaders.setCookie('sid', '1', { httpOnly: true }))
    assert.deepEqual(found(app), [
      'GET /a: setCookie(…) without secure and httpOnly',
      'GET /b: setCookie(…) without httpOnly',
      'GET /c: setCookie(…) without secure',
    ])
  })

  it('is silent where both are said, may be said elsewhere, or the cookie is deleted', () => {
    const attributes = { secure: true, httpOnly: true }
    const app = new RestApplication()
      .get('/a', ({ responseHeaders }) =>
        responseHeaders.setCookie('sid', '1', { secure: true, httpOnly: true }),
      )
      .get('/b', ({ responseHeaders }) =>
        responseHeaders.setCookie('theme', '1', { secure: true, httpOnly: false }),
      )
      .get('/c', ({ responseHeaders }) => responseHeaders.setCookie('sid', '1', attributes))
      .get('/d', ({ responseHeaders }) => responseHeaders.setCookie('sid', '1', { ...attributes, path: '/' }))
      .get('/e', ({ responseHeaders }) => responseHeaders.deleteCookie('sid'))
    assert.deepEqual(found(app), [])
  })
})
