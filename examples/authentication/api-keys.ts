/*
 * API keys: `<id>.<secret>` in a field of its own. The id finds the record, and the secret is compared in constant
 * time with a hash, so that neither a stolen table nor a stopwatch gives a key away.
 *
 *   node examples/authentication/api-keys.ts     # prints two keys
 *   curl -i localhost:8000/readings                                    # 401
 *   curl -i localhost:8000/readings -H "X-API-Key: $KEY"               # 200
 *   curl -i localhost:8000/readings -H "X-API-Key: $KEY" --json '21.5' # 403 with the key that only reads
 */
import { createHash, randomBytes } from 'node:crypto'
import { challenge, HttpError, RestApplication, respond, sameSecret } from 'restmachine'
import { serve } from 'restmachine/node'

type Scope = 'read' | 'write'

/** What is stored of a key. */
interface StoredKey {
  readonly id: string
  readonly hash: string
  readonly scopes: readonly Scope[]
}

/** Makes a key: `key` is for its owner and shown once, `stored` is for the table. */
export function createKey(
  id: string,
  scopes: readonly Scope[],
): { readonly key: string; readonly stored: StoredKey } {
  const secret = randomBytes(32).toString('base64url')
  return { key: `${id}.${secret}`, stored: { id, hash: hashOf(secret), scopes } }
}

// Right for 32 random bytes. What people make up needs scrypt or argon2: see basic.ts.
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

export const app = new RestApplication()
  .onStartup('keys', () => new Map<string, StoredKey>())
  .onStartup('readings', (): number[] => [20.5])

  .authorized('key', ({ requestHeaders, keys }) => {
    const [id = '', secret] = (requestHeaders.get('x-api-key') ?? '').split('.')
    const stored = keys.get(id)
    if (stored !== undefined && secret !== undefined && sameSecret(hashOf(secret), stored.hash)) return stored
    return challenge('ApiKey', { realm: 'readings', header: 'X-API-Key' })
  })

  .get('/readings', ({ readings }) => readings, {
    forbidden: ({ key }) => !key.scopes.includes('read') && 'This key does not read',
  })
  .post(
    '/readings',
    ({ readings, jsonBody }) => {
      if (typeof jsonBody !== 'number') throw new HttpError(422, 'A reading is a number')
      readings.push(jsonBody)
      return respond(readings, 201)
    },
    { forbidden: ({ key }) => !key.scopes.includes('write') && 'This key only reads' },
  )

if (import.meta.main) {
  const [reader, writer] = [createKey('reader', ['read']), createKey('writer', ['read', 'write'])]
  const keys = new Map([reader, writer].map(({ stored }) => [stored.id, stored]))
  await serve(app.with({ keys }), { port: Number(process.env.PORT ?? 8000) })
  console.log(`Reads:            ${reader.key}\nReads and writes: ${writer.key}`)
}
