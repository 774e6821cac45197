/*
 * Providers that do not need each other run side by side, without a word about it: here two requests to
 * another API. `profile` waits for both.
 *
 *   node examples/performance/s15-async-dependencies.ts      # or with API_URL=http://…
 *   curl -i localhost:8000/users/7/profile
 */
import { HttpError, RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'
import { apiUrl } from './remote-api.ts'

export const app = new RestApplication()
  .onStartup('apiUrl', apiUrl)

  .resource('/users/{userId}/profile', (resource) =>
    resource
      .dependency('url', ({ apiUrl, userId }) => `${apiUrl}/users/${encodeURIComponent(userId)}`)
      .dependency('user', ({ url, signal }) => read(url, signal))
      .dependency('posts', ({ url, signal }) => read(`${url}/posts`, signal))
      .dependency('profile', ({ user, posts }) => ({ user, posts }))
      .get(({ profile }) => profile),
  )

async function read(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal })
  if (response.ok) return response.json()
  await response.body?.cancel()
  throw new HttpError(response.status === 404 ? 404 : 502)
}

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
