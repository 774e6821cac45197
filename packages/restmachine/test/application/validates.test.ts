import { RestApplication, type StandardSchema } from 'restmachine'
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
