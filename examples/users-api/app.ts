import { fieldSelection, pagination, RestApplication, respond } from 'restmachine'
import { type CacheSettings, openedCache } from './cache.ts'
import { openDatabase } from './database.ts'
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

/** What the application runs on: parts of its own, where nothing is said. */
export interface Settings extends CacheSettings {
  /** `postgres://…`; a new database in memory when nobody says. */
  readonly databaseUrl?: string | undefined
}

/** The application. Nothing is opened before it starts. */
export function createApp({ databaseUrl, ...cacheSettings }: Settings = {}) {
  return (
    new RestApplication()
      // Once in the process: opened before the first request, closed when the process is stopped.
      .onStartup('database', ({ logger }) => openDatabase(databaseUrl, logger))
      .onStartup('userCache', openedCache(cacheSettings))
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
      .dependency('pagination', pagination())
      .dependency('fields', fieldSelection(userFields))
      .validates('userInput', UserInput, ({ jsonBody }) => jsonBody)

      // The first question of every request starts the timer.
      .serviceAvailable(({ timer: _ }) => true)

      // 1000 bytes and more are sent as zstd, br or gzip, where the client takes it.
      .compression()
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
        async ({ database, fields, pagination }) => {
          const [part, total] = await Promise.all([
            listUsers(database, fields, pagination),
            countUsers(database),
          ])
          // It also sets Link, which leads to the other pages.
          const { items: users, ...info } = pagination.of(part, total)
          return { users, pagination: info }
        },
        {
          provides: {
            'text/html': ({ result, fields, queryParams }) => listPage(result, fields, queryParams),
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
          // with what is really there. Its tag ends what any process is reading meanwhile, too.
          .resourceExists('user', async ({ request, database, userCache, userId, responseHeaders }) => {
            if (request.method !== 'GET' && request.method !== 'HEAD') return findUser(database, userId)
            let from = 'HIT'
            const read = (): Promise<User | undefined> => {
              from = 'MISS'
              return findUser(database, userId)
            }
            const found = await userCache.wrap(userId, read, { ttl: '5m', tags: [userId] })
            responseHeaders.set('x-cache', from)
            return found
          })
          .etag(({ user }) => user.version)
          .get(({ user }) => user, { provides: { 'text/html': ({ result }) => userPage(result) } })
          .put(
            ({ transaction, user, userId, userInput, userCache }) => {
              transaction.afterCommit(() => userCache.invalidate(userId))
              return replaceUser(transaction, user, userInput)
            },
            { preconditionRequired: true },
          )
          .delete(({ transaction, user, userId, userCache }) => {
            transaction.afterCommit(() => userCache.invalidate(userId))
            return removeUser(transaction, user)
          }),
      )
  )
}

const { DATABASE_URL, REDIS_URL, REDIS_PREFIX } = process.env
export const app = createApp({
  databaseUrl: DATABASE_URL,
  redisUrl: REDIS_URL,
  redisPrefix: REDIS_PREFIX,
})
