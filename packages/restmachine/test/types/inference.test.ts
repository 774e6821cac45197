import { join } from 'node:path'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { challenge, HttpError, inject, RestApplication, Router, respond, type retryAfter } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { z } from 'zod'
import { compile } from './compiler.ts'
import { check, type Equal } from './equal.ts'

interface Pool {
  connect(): Promise<Connection>
}

interface Connection {
  query(text: string): string
}

interface User {
  readonly id: string
  readonly version: number
}

const connection: Connection = { query: (text) => text }
const pool: Pool = { connect: async () => connection }
const findUser = (id: string): User | undefined => (id === '7' ? { id, version: 1 } : undefined)

it('compiles: what follows is asked of the compiler', async () => {
  const { errors } = await compile(join(import.meta.dirname, 'tsconfig.json'))
  assert.deepEqual(errors, [])
}, 60_000)

describe('a name has the type of what provides it', () => {
  it('as it is, and as a promise resolves to', () => {
    new RestApplication()
      .dependency('pool', () => pool)
      .dependency('connection', ({ pool }) => pool.connect())
      .dependency('later', async ({ connection }) => connection.query('1'))
      .get('/', ({ pool: its, connection, later }) => {
        check<Equal<typeof its, Pool>>()
        check<Equal<typeof connection, Connection>>()
        check<Equal<typeof later, string>>()
      })
  })

  it('as a generator yields', () => {
    new RestApplication()
      .dependency('timer', function* () {
        yield
      })
      .dependency('one', function* ({ request }) {
        yield request.path
      })
      .dependency('soon', function* () {
        yield Promise.resolve(1)
      })
      .dependency('two', async function* ({ one }) {
        try {
          yield { one, at: new Date() }
        } finally {
          await Promise.resolve()
        }
      })
      .get('/', ({ timer, one, soon, two }) => {
        check<Equal<typeof timer, undefined>>()
        check<Equal<typeof one, string>>()
        check<Equal<typeof soon, number>>()
        check<Equal<typeof two, { one: string; at: Date }>>()
      })
  })

  it('optional and union types stay as they are', () => {
    new RestApplication()
      .dependency('user', ({ request }) => findUser(request.path))
      .dependency('kind', (): 'a' | 'b' | null => 'a')
      .get('/', ({ user, kind }) => {
        check<Equal<typeof user, User | undefined>>()
        check<Equal<typeof kind, 'a' | 'b' | null>>()
      })
  })

  it('with names stated by inject, and with functions that were declared apart', () => {
    function show({ pool, id }: { readonly pool: Pool; readonly id: string }): { pool: Pool; id: string } {
      return { pool, id }
    }
    const app = new RestApplication().dependency('pool', () => pool)
    app.get('/{id}', show, {
      provides: {
        'text/plain': ({ result, pool }) => {
          check<Equal<typeof result, { pool: Pool; id: string }>>()
          check<Equal<typeof pool, Pool>>()
        },
      },
    })
    app.put(
      '/{id}',
      inject(['pool', 'id'], (given) => {
        check<Equal<typeof given.pool, Pool>>()
        check<Equal<typeof given.id, string>>()
      }),
    )
    app.dependency('connection', ({ pool }: { readonly pool: Pool }) => pool.connect())
  })
})

describe('session values', () => {
  const app = new RestApplication()
    .onStartup('pool', async function* () {
      yield pool
    })
    .onStartup('size', ({ pool }) => {
      check<Equal<typeof pool, Pool>>()
      return 20
    })

  it('are there for functions of the session and of a request', () => {
    app
      .onStartup(({ pool, size }) => {
        check<Equal<typeof pool, Pool>>()
        check<Equal<typeof size, number>>()
      })
      .onShutdown(({ pool, logger }) => {
        check<Equal<typeof pool, Pool>>()
        logger.info('closed')
      })
      .dependency('connection', ({ pool }) => pool.connect())
      .get('/', ({ pool, size }) => {
        check<Equal<typeof pool, Pool>>()
        check<Equal<typeof size, number>>()
      })
  })

  it('come from dependencies with a session scope or a time to live, too', () => {
    app
      .dependency('settings', ({ pool, size }) => ({ pool, size }), { scope: 'session' })
      .dependency('rates', async ({ settings }) => [settings.size], { ttl: '5m' })
      .onShutdown(({ rates }) => {
        check<Equal<typeof rates, number[]>>()
      })
      .resource('/', (rates) =>
        rates
          .dependency('first', ({ rates: [first] }) => first, { scope: 'session' })
          .get(({ rates, first }) => {
            check<Equal<typeof rates, number[]>>()
            check<Equal<typeof first, number | undefined>>()
          }),
      )
  })

  it('cannot see what belongs to a request', () => {
    const mixed = app.dependency('connection', () => connection)
    mixed.onShutdown((given) => {
      check<Equal<keyof typeof given, 'logger' | 'cache' | 'pool' | 'size'>>()
    })
    mixed
      .dependency('late', () => 1, { close: 'after-response' })
      .onShutdown((given) => {
        check<Equal<keyof typeof given, 'logger' | 'cache' | 'pool' | 'size'>>()
      })
  })
})

describe('path parameters are strings under their names', () => {
  const app = new RestApplication()
  type Own<Values> = Exclude<keyof Values, keyof import('restmachine').BuiltIns>

  it('of one segment, of several, of the rest, of none', () => {
    app.get('/', (given) => {
      check<Equal<Own<typeof given>, never>>()
    })
    app.get('/users/{userId}', ({ userId }) => {
      check<Equal<typeof userId, string>>()
    })
    app.get('/users/{userId}/orders/{orderId}', (given) => {
      check<Equal<Own<typeof given>, 'userId' | 'orderId'>>()
    })
    app.get('/shelves/{shelf}/*path', (given) => {
      check<Equal<Own<typeof given>, 'shelf' | 'path'>>()
      check<Equal<typeof given.path, string>>()
    })
  })

  it('in every method and in what stands beside the handler', () => {
    app.route('PURGE', '/{id}', ({ id }) => {
      check<Equal<typeof id, string>>()
    })
    app.patch('/{id}', ({ id }) => id, {
      etag: ({ id }) => id,
      forbidden: ({ id }) => id === '0',
      provides: {
        'text/html': ({ id, result }) => {
          check<Equal<typeof id, string>>()
          check<Equal<typeof result, string>>()
        },
      },
      accepts: { 'text/csv': ({ id, textBody }) => [id, ...textBody.split(',')] },
    })
  })

  it('of a resource, beside what is provided', () => {
    app
      .dependency('pool', () => pool)
      .resource('/users/{userId}', (user) =>
        user
          .resourceExists('user', ({ userId }) => {
            check<Equal<typeof userId, string>>()
            return findUser(userId)
          })
          .etag(({ user }) => user.version)
          .dependency('label', ({ user, userId, pool }) => ({ text: user.id + userId, pool }))
          .get(({ user, userId, label }) => {
            check<Equal<typeof user, User>>()
            check<Equal<typeof userId, string>>()
            check<Equal<typeof label, { text: string; pool: Pool }>>()
          }),
      )
  })
})

describe('what a named decision found is there', () => {
  it('without what would have refused', () => {
    new RestApplication()
      .authorized('caller', ({ requestHeaders }) => {
        const token = requestHeaders.get('authorization')
        if (token === null) return challenge('Bearer')
        return token === 'Bearer 7' && { id: token, version: 1 }
      })
      .resourceExists('user', async ({ caller }): Promise<User | null | undefined> => findUser(caller.id))
      .get('/', ({ caller, user }) => {
        check<Equal<typeof caller, { id: string; version: number }>>()
        check<Equal<typeof user, User>>()
      })
  })

  it('with the other members of its union, and what a generator yields', () => {
    new RestApplication()
      .authorized('caller', (): 'guest' | User | false | ReturnType<typeof retryAfter> => 'guest')
      .resourceExists('lease', async function* ({ caller }) {
        yield caller === 'guest' ? undefined : { caller }
      })
      .get('/', ({ caller, lease }) => {
        check<Equal<typeof caller, 'guest' | User>>()
        check<Equal<typeof lease, { caller: User }>>()
      })
  })

  it('also when it has headers of its own', () => {
    new RestApplication()
      .resourceExists('table', () => ({ headers: ['id', 'name'], rows: 2 }))
      .get('/', ({ table }) => {
        check<Equal<typeof table, { headers: string[]; rows: number }>>()
      })
  })
})

describe('validates', () => {
  it('gives the output of the schema', () => {
    const Page = z.object({
      at: z.string().transform((text) => new Date(text)),
      size: z.coerce.number().default(20),
    })
    new RestApplication()
      .validates('page', Page, ({ queryParams }) => Object.fromEntries(queryParams))
      .get('/', ({ page }) => {
        check<Equal<typeof page, { at: Date; size: number }>>()
      })
  })
})

describe('validates, by the Standard Schema specification', () => {
  it('takes whatever follows it', () => {
    const day: StandardSchemaV1<string, Date> = {
      '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: new Date(String(value)) }) },
    }
    new RestApplication()
      .validates('day', day, ({ queryParams }) => queryParams.get('day'))
      .get('/', ({ day }) => {
        check<Equal<typeof day, Date>>()
      })
  })
})

describe('a renderer', () => {
  const app = new RestApplication().dependency('pool', () => pool)

  it('gets the result awaited, there, and without its status', () => {
    app
      .get('/', async () => findUser('7'), {
        provides: {
          'text/html': ({ result, pool: its }) => {
            check<Equal<typeof result, User>>()
            check<Equal<typeof its, Pool>>()
          },
        },
      })
      .post('/', () => respond({ id: '7', version: 1 }, 201), {
        provides: {
          'text/html': ({ result }) => {
            check<Equal<typeof result, { id: string; version: number }>>()
          },
          'text/csv': false,
        },
      })
      .put(
        '/',
        async ({ jsonBody }) => {
          if (jsonBody === undefined) return respond(undefined, 204)
          if (jsonBody === null) return new Response('done')
          return jsonBody === true ? respond('made', 201) : 42
        },
        {
          provides: {
            'text/html': ({ result }) => {
              check<Equal<typeof result, string | 42>>()
            },
          },
        },
      )
  })

  it('gets a result that has a body, a status and headers of its own as it is', () => {
    app.get('/', () => ({ body: 1, status: 200, headers: ['id'] }), {
      provides: {
        'text/html': ({ result }) => {
          check<Equal<typeof result, { body: number; status: number; headers: string[] }>>()
        },
      },
    })
  })

  it('of a layer gets whatever a handler gives', () => {
    app.provides('text/html', ({ result, pool: its }) => {
      check<Equal<typeof result, unknown>>()
      check<Equal<typeof its, Pool>>()
    })
  })
})

describe('an error handler', () => {
  it('gets the exception beside the names', () => {
    new RestApplication()
      .dependency('pool', () => pool)
      .handlesError([404, 410], ({ exception, pool: its, request }) => {
        check<Equal<typeof exception, unknown>>()
        check<Equal<typeof its, Pool>>()
        return exception instanceof HttpError ? { path: request.path, status: exception.status } : undefined
      })
  })
})

describe('with', () => {
  it('takes some of the names, with their types, and gives the same application', () => {
    const app = new RestApplication().onStartup('pool', () => pool).dependency('clock', () => Date.now())
    const other = app.with({ clock: 42 })
    check<Equal<typeof other, typeof app>>()
    const none = app.with({})
    check<Equal<typeof none, typeof app>>()
  })
})

describe('a router', () => {
  const users = new Router<{ readonly pool: Pool; readonly names?: Map<string, User> }>()
    .dependency('connection', ({ pool }) => pool.connect())
    .get('/{userId}', ({ pool: its, names, connection, userId, request }) => {
      check<Equal<typeof its, Pool>>()
      check<Equal<typeof names, Map<string, User> | undefined>>()
      check<Equal<typeof connection, Connection>>()
      check<Equal<typeof userId, string>>()
      return request.path
    })
  const app = new RestApplication().onStartup('pool', () => ({ ...pool, size: 20 }))

  it('is mounted where what it needs is provided', () => {
    const mounted = app.mount('/users', users)
    check<Equal<typeof mounted, typeof app>>()
    app.mount('/', new Router()).mount(
      '/ping',
      new Router().get('/', () => 'pong'),
    )
    app.dependency('cache', () => new Map<string, User>()).mount('/cached', users)
  })

  it('may need the parameters of the prefix under which it is mounted', () => {
    const orders = new Router<{ readonly userId: string }>().get('/{orderId}', ({ userId, orderId }) => {
      check<Equal<typeof userId, string>>()
      check<Equal<typeof orderId, string>>()
    })
    app.mount('/users/{userId}/orders', orders)
  })
})

describe('the builder', () => {
  it('stays the same type where nothing is added to it', () => {
    const app = new RestApplication().dependency('pool', () => pool)
    const same = app
      .get('/', () => 1)
      .post('/{id}', ({ id }) => id)
      .resource('/x', (x) => x.get(() => 1))
      .forbidden(() => false)
      .authorized(() => true)
      .etag(() => 'v1')
      .provides('text/html', () => '')
      .handlesError('all', () => undefined)
      .defaultHeaders(() => ({ 'x-a': 1 }))
      .onShutdown(() => undefined)
    check<Equal<typeof same, typeof app>>()
  })

  it('takes handlers without a parameter, asynchronous ones, and every option', () => {
    new RestApplication()
      .get('/', () => 1)
      .get('/later', async () => 1)
      .post(
        '/',
        async ({ jsonBody }) => respond(jsonBody, 201, { location: '/1', 'set-cookie': ['a=1', 'b=2'] }),
        {
          bypassStateMachine: false,
          skipContentNegotiation: true,
          skipAuthCheck: true,
          allowMissingPost: true,
          allowMissingPut: true,
          timeout: '5s',
          bodyLimit: 1024,
          preconditionRequired: true,
          movedTemporarily: () => ({ location: new URL('http://localhost/'), status: 303 }),
          lastModified: async () => new Date(),
        },
      )
      .delete('/', () => undefined, {
        preconditionRequired: ({ request }) => request.path !== '/',
        timeout: 500,
      })
  })
})
