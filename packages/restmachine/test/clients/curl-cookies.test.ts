import { readFile } from 'node:fs/promises'
import { RestApplication } from 'restmachine'
import { assert, it } from 'vitest'
import { at, curl, describeWithCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

function serve(): Promise<Watched> {
  return watched(
    new RestApplication()
      .get('/login', ({ responseHeaders }) => {
        responseHeaders.setCookie('sid', 'a b;c,"ü"', { path: '/', httpOnly: true, sameSite: 'lax' })
        responseHeaders.setCookie('theme', 'dark', { path: '/', maxAge: 3600, expires: new Date(0) })
        responseHeaders.setCookie('admin', '1', { path: '/admin' })
        return { in: true }
      })
      .get('/logout', ({ responseHeaders }) => responseHeaders.deleteCookie('sid', { path: '/' }))
      .get('/seen', ({ cookies }) => cookies)
      .get('/admin/seen', ({ cookies }) => cookies),
  )
}

describeWithCurl('curl with a jar of cookies', () => {
  it('keeps each of several Set-Cookie lines, and sends back what belongs to the path', async () => {
    const { url } = await serve()
    const jar = at('jar')
    const { head } = await curl('-c', jar, `${url}/login`)
    assert.lengthOf(head.lines('set-cookie'), 3)
    const kept = await readFile(jar, 'utf8')
    assert.match(kept, /^#HttpOnly_127\.0\.0\.1\t.*\tsid\t/m)
    assert.match(kept, /\ttheme\tdark$/m)

    const seen = await curl('-b', jar, `${url}/seen`)
    assert.deepEqual(JSON.parse(seen.text), { sid: 'a b;c,"ü"', theme: 'dark' })
    const below = await curl('-b', jar, `${url}/admin/seen`)
    assert.deepEqual(JSON.parse(below.text), { sid: 'a b;c,"ü"', theme: 'dark', admin: '1' })
  })

  it('forgets a deleted one', async () => {
    const { url } = await serve()
    const jar = at('jar-of-one')
    await curl('-c', jar, `${url}/login`)
    await curl('-b', jar, '-c', jar, `${url}/logout`)
    const seen = await curl('-b', jar, `${url}/seen`)
    assert.deepEqual(JSON.parse(seen.text), { theme: 'dark' })
  })
})
