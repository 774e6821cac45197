import { createHash, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'

/** Whoever signs the tokens: Keycloak, Auth0, Entra ID … This one lives in the process and forgets its key at the end. */
export interface IdentityProvider {
  readonly issuer: string
  /** What a real one serves at `/.well-known/jwks.json`. */
  readonly jwks: JSONWebKeySet
  issue(claims: Claims): Promise<string>
}

/** What a token says, besides who signed it. */
export interface Claims {
  readonly user: string
  readonly roles?: unknown
  readonly audience?: string
  /** When it ends: `5m` from now when nobody says. */
  readonly expires?: string
}

/** Makes an identity provider with a key of its own. */
export async function createIdentityProvider(issuer: string): Promise<IdentityProvider> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url')

  return {
    issuer,
    jwks: { keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] },
    issue({ user, roles = [], audience = 'notes', expires = '5m' }) {
      return new SignJWT({ roles })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setSubject(user)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expires)
        .setJti(randomUUID())
        .sign(privateKey)
    },
  }
}
