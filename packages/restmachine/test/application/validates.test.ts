import { RestApplication, Router, type StandardSchema } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ask, askJson, createLog, sending } from './asking.ts'

const NewUser = z.object({ name: z.string().min(1), tags: z.array(z.string()).default([]) })

/** A schema that finds one fault at a path, whatever the value. */
function refusing(path: StandardSchemaPath, message = 'is wrong'): StandardSchema<string> {
  return { '~standard': { validate: () => ({ issues: [{ message, path }] }) } }
}

type StandardSchemaPath = readonly (PropertyKey | { readonly key: PropertyKey })[]

describe('a value that holds', () => {
  it('is what the schema makes of it, with its type', async () => {
    const app = new RestApplication()
      .validates('newUser', NewUser, ({ jsonBody }) => jsonBody)
      .post('/', ({ newUser }) => {
        const { name, tags }: { name: string; tags: string[] } = newUser
        return { name: name.toUpperCase(), tags }
      })
    expect(await askJson(app, '/', sending({ name: 'Ada', extra: 1 }))).toEqual({ name: 'ADA', tags: [] })
  })

  it('may be checked by a schema that takes its time', async () => {
    const taken = new Set(['ada'])
    const Name = z.string().refine(async (name) => !taken.has(name), 'is taken')
    const app = new RestApplication()
      .validates('name', Name, ({ queryParams }) => queryParams.get('name'))
      .get('/', ({ name }) => name)
    expect(await askJson(app, '/?name=grace')).toBe('grace')
    expect((await ask(app, '/?name=ada')).status).toBe(422)
  })

  it('is checked once, and only where it is used', async () => {
    let checked = 0
    const counting: StandardSchema<number> = { '~standard': { validate: () => ({ value: ++checked }) } }
    const app = new RestApplication()
      .validates('count', counting, () => 'anything')
      .dependency('double', ({ count }) => count * 2)
      .get('/', ({ count, double }) => [count, double], { conflict: ({ count }) => count > 100 })
      .get('/without', () => 'nothing')
    expect(await askJson(app)).toEqual([1, 2])
    await ask(app, '/without')
    expect(checked).toBe(1)
  })

  it('may take what an asynchronous provider gives', async () => {
    const app = new RestApplication()
      .dependency('settings', async () => ({ page: '7' }))
      .validates('page', z.coerce.number(), async ({ settings }) => settings.page)
      .get('/', ({ page }) => page + 1)
    expect(await askJson(app)).toBe(8)
  })
})

describe('a value that does not hold', () => {
  it('is a 422 with every fault, before the handler runs', async () => {
    let ran = false
    const app = new RestApplication()
      .validates('newUser', NewUser, ({ jsonBody }) => jsonBody)
      .post('/', ({ newUser }) => {
        ran = true
        return newUser
      })
    const response = await ask(app, '/', sending({ name: '', tags: ['a', 2] }))
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({
      title: 'Unprocessable Content',
      detail: 'What was sent does not hold',
      errors: [
        { pointer: '/name', message: expect.any(String), in: 'body' },
        { pointer: '/tags/1', message: expect.any(String), in: 'body' },
      ],
    })
    expect(ran).toBe(false)
  })

  it('is told with a JSON Pointer, its special characters escaped', async () => {
    const path = ['a/b', 'c~d', 0, { key: 'e' }, Symbol.for('f')]
    const app = new RestApplication()
      .validates('value', refusing(path), ({ request }) => request)
      .validates('whole', { '~standard': { validate: () => ({ issues: [{ message: 'no' }] }) } }, () => 1)
      .get('/', ({ value }) => value)
      .get('/whole', ({ whole }) => whole)
    const { errors } = (await askJson(app)) as { errors: unknown }
    expect(errors).toEqual([{ pointer: '/a~1b/c~0d/0/e/Symbol(f)', message: 'is wrong' }])
    expect(await askJson(app, '/whole')).toMatchObject({ errors: [{ pointer: '', message: 'no' }] })
  })

  const app = new RestApplication()
    .validates('fromJson', refusing(['x']), ({ jsonBody }) => jsonBody)
    .validates('fromForm', refusing(['x']), ({ formBody: form }) => form)
    .validates('fromQuery', refusing(['x']), ({ queryParams }) => Object.fromEntries(queryParams))
    .validates('fromPath', refusing(['x']), ({ pathParams }) => pathParams)
    .validates('fromHeaders', refusing(['x']), ({ requestHeaders }) => requestHeaders.get('x'))
    .validates('fromTwo', refusing(['x']), ({ queryParams, pathParams }) => [queryParams, pathParams])
    .post('/json', ({ fromJson }) => fromJson)
    .post('/form', ({ fromForm }) => fromForm)
    .get('/query', ({ fromQuery }) => fromQuery)
    .get('/path', ({ fromPath }) => fromPath)
    .get('/headers', ({ fromHeaders }) => fromHeaders)
    .get('/two', ({ fromTwo }) => fromTwo)

  it.each([
    ['/json', sending({}), 'body'],
    ['/form', { method: 'POST', body: new URLSearchParams({ a: '1' }) }, 'body'],
    ['/query', {}, 'query'],
    ['/path', {}, 'path'],
    ['/headers', {}, 'header'],
    ['/two', {}, undefined],
  ])('is told with the part of the request it came from (%s)', async (path, init, part) => {
    const fault = { pointer: '/x', message: 'is wrong', ...(part && { in: part }) }
    expect(((await askJson(app, path, init)) as { errors: unknown }).errors).toEqual([fault])
  })

  it('is a 422 also when a decision or another provider asked for it first', async () => {
    const app = new RestApplication()
      .validates('page', z.coerce.number(), ({ queryParams }) => queryParams.get('page'))
      .dependency('rows', async ({ page }) => [page])
      .get('/', ({ rows }) => rows, { resourceExists: ({ rows }) => rows.length > 0 })
    expect(await askJson(app, '/?page=2')).toEqual([2])
    expect(await askJson(app, '/?page=x')).toMatchObject({
      status: 422,
      errors: [{ pointer: '', in: 'query' }],
    })
  })

  it('is a 422 when content is missing, and a 400 when it cannot be read', async () => {
    const app = new RestApplication()
      .validates('newUser', NewUser, ({ jsonBody }) => jsonBody)
      .post('/', ({ newUser }) => newUser)
    expect((await ask(app, '/', { method: 'POST' })).status).toBe(422)
    expect((await ask(app, '/', { ...sending(1), body: '{"name":' })).status).toBe(400)
  })

  it('is not the same as a schema that fails: that is a 500', async () => {
    const broken: StandardSchema<string> = {
      '~standard': {
        validate: () => {
          throw new Error('broken schema')
        },
      },
    }
    const app = new RestApplication({ logger: createLog() })
      .validates('value', broken, () => 1)
      .get('/', ({ value }) => value)
    expect((await ask(app)).status).toBe(500)
  })
})

describe('a path parameter that is checked', () => {
  const app = new RestApplication().resource('/shelves/{shelf}/books/{book}', (books) =>
    books
      .validates('alone', refusing([]), ({ book }) => book)
      .validates('number', refusing([]), ({ shelf }) => Number(shelf))
      .validates('later', refusing([]), async ({ shelf }) => shelf)
      .validates('wrapped', refusing(['book']), ({ book }) => ({ book }))
      .validates('two', refusing(['x']), ({ shelf, book }) => shelf + book)
      .validates('mixed', refusing(['x']), ({ book, queryParams }) => [book, queryParams])
      .get(({ alone }) => alone)
      .put(({ number }) => number)
      .post(({ later }) => later)
      .patch(({ wrapped }) => wrapped)
      .delete(({ two }) => two)
      .query(({ mixed }) => mixed),
  )

  it.each([
    ['GET', 'by itself', '/book', 'path'],
    ['PUT', 'as something else', '/shelf', 'path'],
    ['POST', 'later', '/shelf', 'path'],
    ['PATCH', 'in an object, whose path has its name already', '/book', 'path'],
    ['DELETE', 'with another one', '/x', undefined],
    ['QUERY', 'with something else', '/x', undefined],
  ])('has its name in the fault when it is checked %s: %s', async (method, _, pointer, part) => {
    const { errors } = (await askJson(app, '/shelves/1/books/2', { method })) as { errors: unknown }
    expect(errors).toEqual([{ pointer, message: 'is wrong', ...(part && { in: part }) }])
  })

  it('has its own name in each of the routes that one value serves', async () => {
    const by = new Router()
      .validates('id', refusing([]), ({ pathParams }) => Object.values(pathParams)[0])
      .get('/users/{userId}', ({ id }) => id)
    expect(await askJson(new RestApplication().mount('/', by), '/users/7')).toMatchObject({
      errors: [{ pointer: '', in: 'path' }],
    })
  })
})

describe('very many faults', () => {
  const Numbers = z.record(z.string(), z.array(z.number()))
  const app = new RestApplication()
    .validates('numbers', Numbers, ({ jsonBody }) => jsonBody)
    .post('/', ({ numbers }) => numbers)
  const texts = (count: number): string[] => Array.from({ length: count }, () => 'x')

  it.each([
    [99, 99, 'What was sent does not hold'],
    [100, 100, 'What was sent does not hold'],
    [101, 100, 'What was sent does not hold, in 1 more places too'],
    [50_000, 100, 'What was sent does not hold, in 49900 more places too'],
  ])('%i are told as %i', async (sent, told, detail) => {
    const problem = (await askJson(app, '/', sending({ a: texts(sent) }))) as { errors: unknown[] }
    expect(problem).toMatchObject({ status: 422, detail })
    expect(problem.errors).toHaveLength(told)
  })

  it('make no long answer of a long name', async () => {
    const response = await ask(app, '/', sending({ ['n'.repeat(500_000)]: texts(1000) }))
    expect(response.status).toBe(422)
    expect((await response.text()).length).toBeLessThan(502_000)
  })
})

describe('a query of very many names', () => {
  it('is read in one go', async () => {
    const app = new RestApplication({ maxUriLength: 2_000_000 })
      .validates('all', z.record(z.string(), z.string()), ({ queryParams }) => queryParams)
      .get('/', ({ all }) => Object.keys(all).length)
    const query = Array.from({ length: 50_000 }, (_, index) => `n${index}=1`).join('&')
    const start = performance.now()
    expect(await askJson(app, `/?${query}`)).toBe(50_000)
    // Each name looked up among all of them would take a minute.
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('keeps a name that reaches for the prototype as a name', async () => {
    const app = new RestApplication()
      .validates('all', z.looseObject({ a: z.string() }), ({ queryParams }) => queryParams)
      .get('/', ({ all }) => [
        Object.getPrototypeOf(all) === Object.prototype,
        ({} as { x?: string }).x ?? null,
      ])
    expect(await askJson(app, '/?a=1&__proto__=x&constructor=y&__proto__[x]=1')).toEqual([true, null])
  })
})

describe('what is no schema', () => {
  it.each([undefined, null, {}, { '~standard': {} }, 'text'])(
    'is refused where it is declared: %j',
    (schema) => {
      const declare = () => new RestApplication().validates('x', schema as never, () => 1)
      expect(declare).toThrow(/^Cannot validate: a schema that follows Standard Schema is needed/)
    },
  )
})
