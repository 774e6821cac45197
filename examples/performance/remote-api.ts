import { RestApplication } from 'restmachine'
import { serve } from 'restmachine/node'

/**
 * Where the other API is: what `API_URL` says; without it, a small one on a port of its own that lives as
 * long as this process. A test puts its own in place: `app.with({ apiUrl })`.
 */
export async function* apiUrl(): AsyncGenerator<string> {
  const { API_URL } = process.env
  if (API_URL !== undefined) return yield API_URL
  const api = await serve(remoteApi(), { port: 0, signals: false })
  try {
    yield api.url
  } finally {
    await api.close()
  }
}

function remoteApi() {
  return new RestApplication()
    .get('/users/{userId}', ({ userId }) => ({ id: userId, name: `User ${userId}` }))
    .get('/users/{userId}/posts', ({ userId }) => [{ title: 'Hello', author: userId }])
}
