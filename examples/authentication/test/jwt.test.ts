import { type JWTVerifyGetKey, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createIdentityProvider } from '../identity-provider.ts'
import { app, identityProvider } from '../jwt.ts'
import { served } from './served.ts'

const grace = () => identityProvider.issue({ user: 'grace' })
const ada = () => identityProvider.issue({ user: 'ada', roles: ['admin'] })

/** Asks a server of its own for a path, with a token or without. */
async function ask(path: string, token?: string, method = 'GET'): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return fetch((await served(app.with({}))) + path, { method, headers })
}

describe('a token of the identity provider', () => {
  it('tells who asks', async () => {
    const response = await ask('/me', await ada())
    expect([response.status, await response.json()]).toEqual([200, { name: 'ada', roles: ['admin'] }])
  })

  it('is asked for', async () => {
    const response = await ask('/me')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="notes"')
  })

  it('is asked for where nobody uses the user, and not where everybody may come', async () => {
    expect((await ask('/notes/grace')).status).toBe(401)
    expect((await ask('/admin/users', undefined, 'HEAD')).status).toBe(401)
    expect(await (await ask('/health')).json()).toEqual({ ok: true })
  })

  it.each([
    ['has expired', () => identityProvider.issue({ user: 'ada', expires: '-1s' }), 'The token has expired'],
    [
      'is for another service',
      () => identityProvider.issue({ user: 'ada', audience: 'mail' }),
      'The token is not valid',
    ],
    [
      'is signed by somebody else',
      async () => (await createIdentityProvider('https://id.example')).issue({ user: 'ada' }),
      'The token is not valid',
    ],
    [
      'is signed with a word',
      () => new SignJWT({ roles: ['admin'] }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
      'The token is not valid',
    ],
    [
      'is not signed',
      async () => new UnsecuredJWT({ roles: ['admin'] }).setSubject('ada').setExpirationTime('5m').encode(),
      'The token is not valid',
    ],
    ['was changed', async () => (await ada()).replace(/\.[^.]*\./, '.e30.'), 'The token is not valid'],
    ['is none', async () => 'x', 'The token is not valid'],
  ])('is refused when it %s', async (_, token, description) => {
    const response = await ask('/me', await token())
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="notes", error="invalid_token", error_description="${description}"`,
    )
    expect(await response.json()).not.toHaveProperty('exception')
  })

  it('is refused when its roles are none', async () => {
    const response = await ask('/me', await identityProvider.issue({ user: 'ada', roles: 'admin' }))
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="notes", error="invalid_token"')
  })

  it('is not at fault when the keys cannot be had', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => logged.mockRestore())
    const keySet: JWTVerifyGetKey = () => Promise.reject(new TypeError('fetch failed'))
    const url = await served(app.with({ keySet }))
    const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${await ada()}` } })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([500, null])
    expect(logged).toHaveBeenCalledOnce()
  })
})

describe('roles', () => {
  it('open the routes of a router to some', async () => {
    expect(await (await ask('/admin/users', await ada())).json()).toEqual(['ada', 'grace'])
    const refused = await ask('/admin/users', await grace())
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ detail: 'This is for admins' })
  })

  it.each([
    ['/notes/grace', grace, 200],
    ['/notes/ada', grace, 403],
    ['/notes/grace', ada, 200],
  ])('%s is for its owner and for admins', async (path, token, status) => {
    expect((await ask(path, await token())).status).toBe(status)
  })
})
