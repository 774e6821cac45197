import { RestApplication, respond } from 'restmachine'
import { createCache } from './cache.ts'
import { openDatabase } from './database.ts'
import { fieldSelection, formatLinks, pageInfo, pageLinks, pagination } from './listing.ts'
import { indexPage, listPage, userPage } from './pages.ts'
import {
  addUser,
  countUsers,
  findUser,
  listUsers,
  removeUser,
  replaceUser,
  type User,
  UserInput,
  userFields,
} from './users.ts'

/** The application, with a database and a cache of its own. Nothing is opened before it starts. */
export function createApp() {
  return (
    new RestApplication()
      // Once in the process: opened before the first request, closed when the process is stopped.
      .onStartup('database', () => openDatabase())
      .onStartup('userCache', () => createCache<User>(1_000, 5 * 60_000))
      .onShutdown(({ database }) => database.close())

      // Once in a request, when somebody who is reached asks for it. What stands behind the `yield` runs
      // before the answer is sent: a commit that fails makes it a 500, and a header can still be added.
      .dependency('timer', function* ({ request, responseHeaders, logger }) {
        const start = performance.now()
        try {
          yield
        } finally {
          const took = performance.now() - start
          responseHeaders.set('x-response-time', `${took.toFixed(1)}ms`)
          if (took > 1_000) logger.warn(`${request.method} ${request.path} took ${took.toFixed(0)} ms`)
        }
      })
      .dependency('transaction', async function* ({ database }) {
        const transaction = await database.begin()
        try {
          yield transaction
          await transaction.commit()
        } finally {
          await transaction.rollback()
        }
      })
      .dependency('pagination', pagination({ usual: 20, max: 100 }))
      .dependency('fields', fieldSelection(userFields))
      .validates('userInput', UserInput, ({ jsonBody }) => jsonBody)

      // The first question of every request starts the timer.
      .serviceAvailable(({ timer: _ }) => true)

      .defaultHeaders(() => ({
        'cache-control': 'no-cache',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        'x-content-type-options': 'nosniff',
      }))

      .get(
        '/',
        () => ({
          title: 'Users API',
          links: { users: '/users', 'ten names': '/users?perPage=10&fields=id,name', 'one user': '/users/7' },
        }),
        { provides: { 'text/html': ({ result }) => indexPage(result) } },
      )

      .get(
        '/users',
        async ({ database, fields, pagination, request, responseHeaders }) => {
          const [users, total] = await Promise.all([
            listUsers(database, fields, pagination),
            countUsers(database),
          ])
          const info = pageInfo(pagination, total)
          responseHeaders.set('link', formatLinks(pageLinks(request, info)))
          return { users, pagination: info }
        },
        {
          provides: {
            'text/html': ({ result, fields, request }) =>
              listPage(result, fields, pageLinks(request, result.pagination)),
          },
        },
      )

      .post('/users', async ({ transaction, userInput }) => {
        const user = await addUser(transaction, userInput)
        return respond(user, 201, { location: `/users/${user.id}` })
      })

      .resource('/users/{userId}', (user) =>
        user
          // Reading goes through the cache; a write looks at the row itself, so that If-Match is compared
          // with what is really there.
          .resourceExists('user', async ({ request, database, userCache, userId, responseHeaders }) => {
            if (request.method !== 'GET' && request.method !== 'HEAD') return findUser(database, userId)
            const known = await userCache.get(userId)
            responseHeaders.set('x-cache', known === undefined ? 'MISS' : 'HIT')
            return known ?? userCache.load(userId, () => findUser(database, userId))
          })
          .etag(({ user }) => user.version)
          .get(({ user }) => user, { provides: { 'text/html': ({ result }) => userPage(result) } })
          .put(
            ({ transaction, user, userId, userInput, userCache }) => {
              transaction.afterCommit(() => userCache.delete(userId))
              return replaceUser(transaction, user, userInput)
            },
            { preconditionRequired: true },
          )
          .delete(({ transaction, user, userId, userCache }) => {
            transaction.afterCommit(() => userCache.delete(userId))
            return removeUser(transaction, user)
          }),
      )
  )
}

export const app = createApp()
