import { RestApplication, Router } from 'restmachine'
import { it } from 'vitest'
it('x', async () => {
  const app = new RestApplication({logger: console}).get('/users/{id}', ({ id }) => id).get('/users/{userId}/posts', ({ userId }) => userId).head('/users/{uid}', ({uid}) => undefined)
  try { console.log(await (await app.fetch(new Request('http://x/users/7/posts'))).text()) } catch (e) { console.log(e) }
  const b = new RestApplication().get('/users/{id}', ({ id }) => id).head('/users/{uid}', ({uid, responseHeaders}) => { responseHeaders.set('x-own', uid) })
  try { console.log((await b.fetch(new Request('http://x/users/7', {method: 'HEAD'}))).headers) } catch (e) { console.log(e) }
  const c = new RestApplication().authorized('user', () => undefined).mount('/a', new Router().dependency('user', () => 'me').get('/x', ({ user }) => ({ user })))
  try { console.log((await c.fetch(new Request('http://x/a/x'))).status) } catch (e) { console.log(e) }
  for (const path of ['/a/{__proto__}', '/a/{then}', '/a/{constructor}', '/a/{logger}', '/a/{toString}']) {
    const d = new RestApplication().get(path, () => ({ ok: 1 }))
    try { console.log(path, (await d.fetch(new Request('http://x/a/x'))).status) } catch (e) { console.log(path, String(e)) }
  }
  for (const options of [{ provides: 'x' }, { provides: { 'text/html': 'x' } }, { accepts: { a: 1 } }, { timeout: 'soon' }, { bodyLimit: '5' }, { etag: 5 }, {provides: null}, { skipAuthCheck: 'no' }, { etags: () => 1 }]) {
    try { const d = new RestApplication().get('/', () => ({ ok: 1 }), options as never)
    console.log(options, (await d.fetch(new Request('http://x/'))).status) } catch (e) { console.log(options, String(e)) }
  }
})
