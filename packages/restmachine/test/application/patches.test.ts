import { inject, RestApplication } from 'restmachine'
import { patches } from 'restmachine/patch'
import { assert, describe, it } from 'vitest'
import { z } from 'zod'
import { ask, expectStatus, quiet, type Sent, statusesOf } from '../decisions/asking.ts'
import { served } from '../server/served.ts'

interface User {
  readonly name: string
  readonly tags: readonly string[]
  readonly phone?: string | undefined
}

const UserSchema = z.object({
  name: z.string().min(1),
  tags: z.array(z.string()),
  phone: z.string().optional(),
})

const jsonPatch = (value: unknown): Sent => ({
  headers: { 'content-type': 'application/json-patch+json' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
})
const mergePatch = (value: unknown): Sent => ({
  headers: { 'content-type': 'application/merge-patch+json; charset=utf-8' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

/** Users in memory, as an application keeps them. */
function usersApp(users = new Map<string, User>([['7', { name: 'Ada', tags: ['a'], phone: '1815' }]])) {
  const app = new RestApplication({ logger: quiet })
    .dependency('users', () => users)
    .resourceExists('user', ({ users, pathParams }) => users.get(pathParams.id ?? ''))
    .validates('changedUser', UserSchema, ({ parsedBody }) => parsedBody)
    .patch(
      '/users/{id}',
      ({ users, id, changedUser }) => {
        users.set(id, changedUser)
        return changedUser
      },
      { accepts: patches(({ user }) => user) },
    )
  return { app, users }
}

describe('patches', () => {
  it('give the patched document, by the type of the patch, and leave the current one alone', async () => {
    const { app, users } = usersApp()
    const before = users.get('7')
    const merged = await expectStatus(app, 'PATCH /users/7', 200, mergePatch({ phone: null }))
    assert.deepEqual(await merged.json(), { name: 'Ada', tags: ['a'] })
    const added = jsonPatch([
      { op: 'test', path: '/name', value: 'Ada' },
      { op: 'add', path: '/tags/-', value: 'b' },
    ])
    const changed = await expectStatus(app, 'PATCH /users/7', 200, added)
    assert.deepEqual(await changed.json(), { name: 'Ada', tags: ['a', 'b'] })
    assert.deepEqual(users.get('7'), { name: 'Ada', tags: ['a', 'b'] })
    assert.deepEqual(before, { name: 'Ada', tags: ['a'], phone: '1815' })
  })

  it('take nothing else, and say what they take (RFC 5789 §2.2)', async () => {
    const { app } = usersApp()
    const types = 'application/json-patch+json, application/merge-patch+json'
    for (const type of [
      'application/json',
      'text/plain',
      'application/problem+json',
      'multipart/form-data',
    ]) {
      const sent = { headers: { 'content-type': type }, body: '{}' }
      const response = await expectStatus(app, 'PATCH /users/7', 415, sent)
      assert.equal(response.headers.get('accept-patch'), types)
    }
    const untyped = await expectStatus(app, 'PATCH /users/7', 415, { body: '{}' })
    assert.equal(untyped.headers.get('accept-patch'), types)
    const options = await expectStatus(app, 'OPTIONS /users/7', 204)
    assert.equal(options.headers.get('accept-patch'), types)
    assert.isNull(options.headers.get('accept-post'))
  })

  it('are 400 when malformed, 422 when they do not fit, 409 when a test does not hold', async () => {
    const { app, users } = usersApp()
    const before = users.get('7')
    const sent: readonly (readonly [status: number, sent: Sent])[] = [
      [400, jsonPatch('[{')],
      [400, jsonPatch('')],
      [400, jsonPatch({ name: 'Grace' })],
      [400, jsonPatch([{ op: 'add', path: '/name' }])],
      [400, jsonPatch('[{"op":"add","path":"/a","value":{"__proto__":1}}]')],
      [400, mergePatch('')],
      [400, mergePatch('{"__proto__":{}}')],
      [409, jsonPatch([{ op: 'test', path: '/name', value: 'Grace' }])],
      [413, jsonPatch(Array.from({ length: 1001 }, () => ({ op: 'test', path: '/name', value: 'Ada' })))],
      [422, jsonPatch([{ op: 'remove', path: '/age' }])],
      [422, jsonPatch([{ op: 'remove', path: '/name' }])],
      [422, mergePatch({ name: 7 })],
      [422, mergePatch(null)],
    ]
    for (const [status, content] of sent) await expectStatus(app, 'PATCH /users/7', status, content)
    assert.equal(users.get('7'), before)
    await expectStatus(app, 'PATCH /users/8', 404, mergePatch({ name: 'Grace' }))
  })

  it('name the operation that is at fault', async () => {
    const { app } = usersApp()
    const patch = jsonPatch([
      { op: 'add', path: '/tags/0', value: 'b' },
      { op: 'copy', from: '/age', path: '/years' },
    ])
    const problem = await (await expectStatus(app, 'PATCH /users/7', 422, patch)).json()
    const message = 'There is nothing at this place'
    assert.deepEqual(problem.errors, [{ pointer: '/1/from', message, in: 'body' }])
    assert.equal(problem.detail, `Operation 1 of the patch (copy) cannot be applied: ${message}`)
  })

  it('are compared with the preconditions first', async () => {
    const app = new RestApplication().resource('/notes/{id}', (note) =>
      note
        .resourceExists('note', () => ({ text: 'a' }))
        .etag(() => 'v1')
        .preconditionRequired()
        .patch(({ parsedBody }) => parsedBody, { accepts: patches(({ note }) => note) }),
    )
    const malformed = (headers: Readonly<Record<string, string>>): Sent => ({
      headers: { 'content-type': 'application/json-patch+json', ...headers },
      body: '{}',
    })
    assert.deepEqual(
      await statusesOf(
        app,
        ['PATCH /notes/1', malformed({})],
        ['PATCH /notes/1', malformed({ 'if-match': '"v0"' })],
        ['PATCH /notes/1', malformed({ 'if-match': '"v1"' })],
      ),
      [428, 412, 400],
    )
  })

  it('wait for a source that takes time, and take one whose names are stated', async () => {
    const app = new RestApplication()
      .dependency('load', () => async (id: string) => ({ id, n: 1 }))
      .patch('/later/{id}', ({ parsedBody }) => parsedBody, {
        accepts: patches(async ({ load, id }) => load(id)),
      })
      .patch('/stated/{id}', ({ parsedBody }) => parsedBody, {
        accepts: patches(inject(['pathParams'], (given) => given.pathParams)),
      })
    const later = await expectStatus(app, 'PATCH /later/a', 200, mergePatch({ n: 2 }))
    assert.deepEqual(await later.json(), { id: 'a', n: 2 })
    const stated = await expectStatus(app, 'PATCH /stated/a', 200, mergePatch({ n: 2 }))
    assert.deepEqual(await stated.json(), { id: 'a', n: 2 })
  })

  it('stand beside other parsers, and one of them alone', async () => {
    const app = new RestApplication().patch('/', ({ parsedBody }) => ({ parsedBody }), {
      accepts: {
        ...patches(() => ({ a: 1 })),
        'application/json-patch+json': false,
        'text/plain': ({ textBody }) => textBody.length,
      },
    })
    const parsed = async (sent: Sent) =>
      (await (await expectStatus(app, 'PATCH /', 200, sent)).json()).parsedBody
    assert.deepEqual(await parsed(mergePatch({ b: 2 })), { a: 1, b: 2 })
    assert.deepEqual(await parsed({ headers: { 'content-type': 'text/plain' }, body: 'abc' }), 3)
    const response = await expectStatus(app, 'PATCH /', 415, jsonPatch([]))
    assert.equal(response.headers.get('accept-patch'), 'application/merge-patch+json, text/plain')
  })

  it('take as many operations as they are told to', async () => {
    const app = new RestApplication().patch('/', ({ parsedBody }) => parsedBody, {
      accepts: patches(() => [], { operations: 2 }),
    })
    const add = { op: 'add', path: '/-', value: 1 }
    assert.deepEqual(
      await statusesOf(app, ['PATCH /', jsonPatch([add, add])], ['PATCH /', jsonPatch([add, add, add])]),
      [200, 413],
    )
    assert.throws(() => patches(() => [], { operations: Number.NaN }), RangeError)
  })

  it('fail at the start when their source asks for what nobody provides, or cannot be read', async () => {
    const app = new RestApplication()
      .patch('/missing', ({ parsedBody }) => parsedBody, {
        accepts: patches((({ nobody }: { nobody: unknown }) => nobody) as never),
      })
      .patch('/unread', ({ parsedBody }) => parsedBody, { accepts: patches((given) => given) })
      .patch('/optional', ({ parsedBody }) => parsedBody, {
        accepts: patches((({ nobody = {} }: { nobody?: unknown }) => nobody) as never),
      })
    const message = await app.startup().catch((error: Error) => error.message)
    assert.include(String(message), '4 faults')
    assert.include(
      String(message),
      'PATCH /missing accepts application/json-patch+json: nothing provides "nobody"',
    )
    assert.include(
      String(message),
      'PATCH /unread accepts application/json-patch+json: cannot read the names it asks for',
    )
  })

  it('use the value of a decision, which acts then', async () => {
    const asked: string[] = []
    const app = new RestApplication()
      .resourceExists('note', ({ request }) => {
        asked.push(request.method)
        return request.queryParams.has('there') ? { a: 1 } : undefined
      })
      .patch('/', ({ parsedBody }) => parsedBody, { accepts: patches(({ note }) => note) })
      .post('/', ({ parsedBody }) => parsedBody)
    await expectStatus(app, 'PATCH /', 404, mergePatch({}))
    // Found missing by the graph: before the content is read, malformed as it is.
    await expectStatus(app, 'PATCH /', 404, mergePatch('{'))
    await expectStatus(app, 'PATCH /?there', 200, mergePatch({}))
    await ask(app, 'POST /', mergePatch({}))
    assert.deepEqual(asked, ['PATCH', 'PATCH', 'PATCH'])
  })

  it('work over a socket', async () => {
    const { app, users } = usersApp()
    const { url } = await served(app)
    const send = async (type: string, body: string): Promise<number> => {
      const response = await fetch(new URL('/users/7', url), {
        method: 'PATCH',
        headers: { 'content-type': type },
        body,
      })
      await response.arrayBuffer()
      return response.status
    }
    assert.equal(await send('application/merge-patch+json', '{"name":"Ada L."}'), 200)
    assert.equal(await send('application/json-patch+json', '[{"op":"remove","path":"/phone"}]'), 200)
    assert.equal(await send('application/json-patch+json', '[{"op":"remove","path":"/phone"}]'), 422)
    assert.deepEqual(users.get('7'), { name: 'Ada L.', tags: ['a'] })
  })
})
