/*
 * Names and passwords (Basic, RFC 7617), for people with a browser: it asks for them by itself. Only over TLS, since
 * every request carries the password.
 *
 *   node examples/authentication/basic.ts
 *   curl -i localhost:8000/                                # 401, with a challenge
 *   curl -i localhost:8000/ -u 'ada:correct horse'         # 200
 */
import { randomBytes, scrypt } from 'node:crypto'
import { challenge, html, RestApplication, sameSecret } from 'restmachine'
import { serve } from 'restmachine/node'

/** What is stored of a password. */
interface StoredPassword {
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

// Takes some 50 ms on a thread of its own, and takes as long for everybody who tries passwords from a stolen table.
function hashOf(password: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, 32, (error, hash) => (error ? reject(error) : resolve(hash)))
  })
}

async function storedOf(password: string): Promise<StoredPassword> {
  const salt = randomBytes(16)
  return { salt, hash: await hashOf(password, salt) }
}

export const app = new RestApplication()
  .onStartup('passwords', async () => new Map([['ada', await storedOf('correct horse')]]))
  .onStartup('nobody', () => storedOf(randomBytes(16).toString('hex')))

  .authorized('user', async ({ credentials, passwords, nobody }) => {
    if (credentials?.scheme === 'basic') {
      const { username, password } = credentials
      const known = passwords.get(username)
      // An unknown name takes as long as a known one: the time tells nobody who is here.
      const { salt, hash } = known ?? nobody
      const isRight = sameSecret(await hashOf(password, salt), hash)
      if (known !== undefined && isRight) return { name: username }
    }
    return challenge('Basic', { realm: 'back office', charset: 'UTF-8' })
  })

  .get('/', ({ user }) => ({ user: user.name }), {
    provides: { 'text/html': ({ result }) => html`<h1>Welcome, ${result.user}</h1>` },
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
