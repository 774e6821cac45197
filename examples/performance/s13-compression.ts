/*
 * Compressed responses: what is large enough, for those who take it.
 *
 *   node examples/performance/s13-compression.ts
 *   curl -i --compressed localhost:8000/api/items              # br or gzip, and Vary: Accept-Encoding
 *   curl -i --compressed localhost:8000/api/items/1            # small: as it is
 *   npx restmachine serve --compression examples/performance/s05-command-line.ts     # … of any application
 */
import { compress, RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'

const items = Array.from({ length: 500 }, (_, at) => ({ id: at + 1, name: `Item ${at + 1}` }))

export const plain = new RestApplication()
  .get('/api/items', () => items, { etag: 'auto' })
  .get('/api/items/{id}', ({ id }) => items[Number(id) - 1])
  // What mixes a secret with what a client sends is better sent as it is: its length would tell of the secret.
  .get('/api/session', () => ({ token: 'secret'.repeat(300) }), { compression: false })

// As a wrapper, for any runtime. The same by the server: serve(plain, { compression: { minimumSize: 1000 } })
export const app = compress(plain, { minimumSize: 1000, encodings: ['br', 'gzip'] })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
