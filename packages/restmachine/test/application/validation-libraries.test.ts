import { RestApplication } from 'restmachine'
import { type Serving, serve } from 'restmachine/node'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { askJson, createLog, sending } from './asking.ts'
import { libraries, type Schemas } from './validation-schemas.ts'

function appWith(schemas: Schemas) {
  return new RestApplication({ logger: createLog() })
    .validates('newUser', schemas.body, ({ jsonBody }) => jsonBody)
    .validates('query', schemas.query, ({ queryParams }) => queryParams)
    .validates('path', schemas.path, ({ pathParams }) => pathParams)
    .validates('fields', schemas.headers, ({ requestHeaders }) => requestHeaders)
    .validates('theme', schemas.cookies, ({ cookies }) => cookies)
    .validates('form', schemas.form, ({ formBody }) => formBody)
    .validates('upload', schemas.form, ({ multipartBody }) => multipartBody.fields)
    .post('/json', ({ newUser }) => newUser)
    .get('/query', ({ query }) => query)
    .get('/path/{userId}', ({ path }) => path)
    .get('/headers', ({ fields }) => fields)
    .get('/cookies', ({ theme }) => theme)
    .post('/form', ({ form }) => form)
    .post('/multipart', ({ upload }) => upload)
    .resource('/users/{userId}', (user) =>
      user.validates('id', schemas.id, ({ userId }) => userId).get(({ id }) => ({ id })),
    )
}

const user = { name: 'Ada', tags: ['a', 'b'], address: { city: 'London' }, 'a/b': { 'c~d': 1 } }

function multipart(fields: Readonly<Record<string, string>>): RequestInit {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  return { method: 'POST', body }
}

const urlencoded = (body: string): RequestInit => ({ method: 'POST', body: new URLSearchParams(body) })

type Case = readonly [what: string, path: string, init: RequestInit]

const holding: readonly (readonly [...Case, value: unknown])[] = [
  ['a body, without what the schema does not know', '/json', sending({ ...user, admin: true }), user],
  ['a query', '/query?page=2&tag=a&tag=b', {}, { page: 2, tag: ['a', 'b'] }],
  ['a query with one of a list', '/query?page=1&tag=a%26b', {}, { page: 1, tag: ['a&b'] }],
  ['path parameters', '/path/7', {}, { userId: 7 }],
  ['one path parameter', '/users/7', {}, { id: 7 }],
  ['header fields', '/headers', { headers: { 'X-API-Version': '3' } }, { 'x-api-version': 3 }],
  ['cookies', '/cookies', { headers: { cookie: 'theme=dark' } }, { theme: 'dark' }],
  ['a form', '/form', urlencoded('name=Ada+L.&age=36'), { name: 'Ada L.', age: 36 }],
  ['a form with parts', '/multipart', multipart({ name: 'Ada', age: '36' }), { name: 'Ada', age: 36 }],
]

const wrong: readonly (readonly [...Case, places: readonly string[]])[] = [
  [
    'a body: nested, in a list, with / and ~ in the names',
    '/json',
    sending({ name: '', tags: ['a', 2, 'c', 4], address: {}, 'a/b': { 'c~d': 'x' } }),
    ['/name body', '/tags/1 body', '/tags/3 body', '/address/city body', '/a~1b/c~0d body'],
  ],
  ['a body of another kind', '/json', sending('text'), [' body']],
  ['no body', '/json', { method: 'POST' }, [' body']],
  ['a query', '/query?page=x', {}, ['/page query', '/tag query']],
  ['a number given twice', '/query?page=1&page=2&tag=a', {}, ['/page query']],
  ['a number with a part', '/query?page=1.5&tag=a', {}, ['/page query']],
  ['a number below the least', '/query?page=0&tag=a', {}, ['/page query']],
  ['path parameters', '/path/x', {}, ['/userId path']],
  ['one path parameter', '/users/x', {}, ['/userId path']],
  ['header fields', '/headers', { headers: { 'x-api-version': 'x' } }, ['/x-api-version header']],
  ['no header field', '/headers', {}, ['/x-api-version header']],
  ['cookies', '/cookies', { headers: { cookie: 'theme=blue' } }, ['/theme cookie']],
  ['no cookie', '/cookies', {}, ['/theme cookie']],
  ['a form', '/form', urlencoded('name=&age=x'), ['/name body', '/age body']],
  ['a field given twice', '/form', urlencoded('name=a&name=b&age=1'), ['/name body']],
  ['a form with parts', '/multipart', multipart({ name: 'Ada', age: 'x' }), ['/age body']],
]

interface Problem {
  readonly errors: readonly { readonly pointer: string; readonly message: string; readonly in?: string }[]
}

describe.each(libraries)('with a schema of %s', (_, schemas) => {
  let serving: Serving
  beforeAll(async () => {
    serving = await serve(appWith(schemas), { port: 0, signals: false })
  })
  afterAll(() => serving.close())

  it.each(holding)('%s reaches the handler as the schema gives it', async (_, path, init, expected) => {
    const response = await fetch(serving.url + path, init)
    expect([response.status, await response.json()]).toEqual([200, expected])
  })

  it.each(wrong)(
    '%s is refused, every fault with its place and its source',
    async (_, path, init, places) => {
      const response = await fetch(serving.url + path, init)
      const { errors, ...problem } = (await response.json()) as Problem
      expect(problem).toMatchObject({ status: 422, title: 'Unprocessable Content' })
      expect(response.status).toBe(422)
      const told = new Set(errors.map(({ pointer, in: part }) => `${pointer} ${part}`))
      expect([...told].sort()).toEqual(places.toSorted())
      expect(errors.every(({ message }) => message.length > 0)).toBe(true)
    },
  )

  it('content of another type, or that cannot be read, never comes to the schema', async () => {
    const post = (type: string, body: string) =>
      fetch(`${serving.url}/json`, { method: 'POST', headers: { 'content-type': type }, body })
    expect((await post('text/csv', 'a,b')).status).toBe(415)
    expect((await post('application/json', '{"name":')).status).toBe(400)
  })
})

describe.each([
  ['zod', z.string().refine(async (name) => (await Promise.resolve(name)) !== 'ada', 'is taken')],
  [
    'valibot',
    v.pipeAsync(
      v.string(),
      v.checkAsync(async (name) => (await Promise.resolve(name)) !== 'ada', 'is taken'),
    ),
  ],
])('a check of %s that takes its time', (_, Name) => {
  const app = new RestApplication()
    .validates('asked', Name, ({ queryParams }) => queryParams.get('name'))
    .get('/', ({ asked }) => ({ asked }))
    .resource('/names/{name}', (route) =>
      route.validates('free', Name, ({ name }) => name).put(({ free }) => ({ free })),
    )

  it('is waited for', async () => {
    expect(await askJson(app, '/?name=grace')).toEqual({ asked: 'grace' })
    expect(await askJson(app, '/?name=ada')).toMatchObject({
      status: 422,
      errors: [{ pointer: '', message: 'is taken', in: 'query' }],
    })
  })

  it('tells of a path parameter which it is', async () => {
    expect(await askJson(app, '/names/ada', { method: 'PUT' })).toMatchObject({
      errors: [{ pointer: '/name', message: 'is taken', in: 'path' }],
    })
  })
})
