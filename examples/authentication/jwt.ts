/*
 * Tokens of an identity provider (JWT, RFC 7519): `authorized` finds out who asks, `forbidden` what they may.
 *
 *   node examples/authentication/jwt.ts          # prints a token of a reader, and one of an admin
 *   curl -i localhost:8000/me                                          # 401, with a challenge
 *   curl -i localhost:8000/me -H "Authorization: Bearer $TOKEN"        # 200
 *   curl -i localhost:8000/admin/users -H "Authorization: Bearer $TOKEN"   # 403 with the reader's
 */
import { createLocalJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { challenge, RestApplication, Router } from 'restmachine'
import { serve } from 'restmachine/node'
import { createIdentityProvider } from './identity-provider.ts'

export const identityProvider = await createIdentityProvider('https://id.example')

interface User {
  readonly name: string
  readonly roles: readonly string[]
}

function userOf({ sub, roles }: JWTPayload): User | undefined {
  if (sub === undefined || !Array.isArray(roles)) return undefined
  return { name: sub, roles: roles.filter((role) => typeof role === 'string') }
}

const admin = new Router<{ user: User }>()
  // Acts on every route of the router, also on those that somebody adds next year.
  .forbidden(({ user }) => !user.roles.includes('admin') && 'This is for admins')
  .get('/users', () => ['ada', 'grace'])

export const app = new RestApplication()
  // Of a real identity provider: createRemoteJWKSet(new URL('https://id.example/.well-known/jwks.json')).
  .onStartup('keySet', (): JWTVerifyGetKey => createLocalJWKSet(identityProvider.jwks))

  // Acts on every route of the application, whether it uses the user or not.
  .authorized('user', async ({ credentials, keySet }) => {
    if (credentials?.scheme !== 'bearer') return challenge('Bearer', { realm: 'notes' })
    try {
      const { payload } = await jwtVerify(credentials.token, keySet, {
        issuer: identityProvider.issuer,
        audience: 'notes',
        // Never those that the token itself asks for: "none" is one of them.
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'sub'],
      })
      return userOf(payload) ?? challenge('Bearer', { realm: 'notes', error: 'invalid_token' })
    } catch (error) {
      // Anything else, such as a key set that cannot be had, is our fault and a 500.
      if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error
      const description =
        error instanceof errors.JWTExpired ? 'The token has expired' : 'The token is not valid'
      return challenge('Bearer', { realm: 'notes', error: 'invalid_token', error_description: description })
    }
  })

  .get('/me', ({ user }) => user)

  .resource('/notes/{owner}', (notes) =>
    notes
      .forbidden(({ user, owner }) => user.name !== owner && !user.roles.includes('admin'))
      .get(({ owner }) => [`A note of ${owner}`]),
  )

  .mount('/admin', admin)

  // Open to everybody. To ask for `user` here would be refused at the start.
  .get('/health', () => ({ ok: true }), { skipAuthCheck: true })

if (import.meta.main) {
  await serve(app, { port: Number(process.env.PORT ?? 8000) })
  console.log(`A reader: ${await identityProvider.issue({ user: 'grace' })}\n`)
  console.log(`An admin: ${await identityProvider.issue({ user: 'ada', roles: ['admin'] })}`)
}
