/*
 * Three ways to say that something is not there. The third is the shortest: a resource that does not exist
 * has no handler to say so.
 *
 *   node examples/performance/s25-error-responses.ts
 *   curl -i localhost:8000/thrown/8          # a problem (RFC 9457), from however deep it was thrown
 *   curl -i localhost:8000/answered/8        # a body of your own
 *   curl -i localhost:8000/users/8           # and /users/7 is there
 */
import { HttpError, RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'

const users = new Map([['7', { id: 7, name: 'Ada' }]])

function findUser(id: string) {
  const user = users.get(id)
  if (user === undefined) throw new HttpError(404, `There is no user ${id}`)
  return user
}

export const app = new RestApplication()
  .get('/thrown/{userId}', ({ userId }) => findUser(userId))

  .get('/answered/{userId}', ({ userId }) => users.get(userId) ?? respond({ error: 'Not found' }, 404))

  .resource('/users/{userId}', (user) =>
    user.resourceExists('user', ({ userId }) => users.get(userId)).get(({ user }) => user),
  )

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
