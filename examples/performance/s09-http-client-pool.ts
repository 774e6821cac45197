/*
 * Connections to another API are kept and used again. When a client leaves, what was asked on its behalf
 * is broken off.
 *
 *   node examples/performance/s09-http-client-pool.ts        # or with API_URL=http://…
 *   curl -i localhost:8000/api/external/7
 */
import { HttpError, RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'
import { Agent, request } from 'undici'
import { apiUrl } from './remote-api.ts'

export const app = new RestApplication()
  .onStartup('apiUrl', apiUrl)
  .onStartup(
    'httpClient',
    () =>
      new Agent({
        connections: 100,
        keepAliveTimeout: 30_000,
        connectTimeout: 3_000,
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
      }),
  )
  .onShutdown(({ httpClient }) => httpClient.close())

  .get('/api/external/{userId}', async ({ httpClient, apiUrl, userId, signal }) => {
    const url = `${apiUrl}/users/${encodeURIComponent(userId)}`
    const { statusCode, body } = await request(url, { dispatcher: httpClient, signal }).catch((cause) => {
      throw new HttpError(502, 'The other API does not answer', { cause })
    })
    if (statusCode === 200) return body.json()
    // The rest is read, too: a connection with an answer on it cannot be used again.
    await body.dump()
    throw new HttpError(statusCode === 404 ? 404 : 502)
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
