import { type } from 'arktype'
import { RestApplication } from 'restmachine'
import * as v from 'valibot'
import { describe, it } from 'vitest'
import { z } from 'zod'
import { check, type Equal } from './equal.ts'

describe('a validated value has the type of the schema’s output', () => {
  it('of zod', () => {
    const User = z.object({
      name: z.string(),
      age: z.coerce.number().default(1),
      at: z.iso.datetime().transform((text) => new Date(text)),
    })
    new RestApplication()
      .validates('user', User, ({ jsonBody }) => jsonBody)
      .get('/', ({ user }) => {
        check<Equal<typeof user, { name: string; age: number; at: Date }>>()
      })
  })

  it('of valibot', () => {
    const User = v.object({
      name: v.string(),
      age: v.optional(v.pipe(v.string(), v.transform(Number)), '1'),
      at: v.pipe(
        v.string(),
        v.transform((text) => new Date(text)),
      ),
    })
    new RestApplication()
      .validates('user', User, ({ jsonBody }) => jsonBody)
      .get('/', ({ user }) => {
        check<Equal<typeof user, { name: string; age: number; at: Date }>>()
      })
  })

  it('of valibot, checked later', () => {
    const Name = v.pipeAsync(
      v.string(),
      v.checkAsync(async () => true),
    )
    new RestApplication()
      .validates('name', Name, ({ textBody }) => textBody)
      .get('/', ({ name }) => {
        check<Equal<typeof name, string>>()
      })
  })

  it('of arktype', () => {
    const User = type({
      name: 'string',
      age: 'string.numeric.parse = "1"',
      at: 'string.date.iso.parse',
      'tag?': "'a' | 'b'",
    })
    new RestApplication()
      .validates('user', User, ({ jsonBody }) => jsonBody)
      .get('/', ({ user }) => {
        check<Equal<typeof user, { name: string; age: number; at: Date; tag?: 'a' | 'b' }>>()
      })
  })

  it('in a resource, where the source may be a path parameter', () => {
    new RestApplication().resource('/users/{userId}', (user) =>
      user
        .validates('id', z.coerce.number(), ({ userId }) => {
          check<Equal<typeof userId, string>>()
          return userId
        })
        .validates('kind', v.picklist(['a', 'b']), ({ id }) => (id > 7 ? 'a' : 'b'))
        .get(({ id, kind }) => {
          check<Equal<typeof id, number>>()
          check<Equal<typeof kind, 'a' | 'b'>>()
        }),
    )
  })
})

describe('a schema of results', () => {
  it('may be of any library', () => {
    const handler = () => ({ id: 7, secret: 'x' })
    new RestApplication()
      .get('/zod', handler, { returns: z.object({ id: z.number() }) })
      .get('/valibot', handler, { returns: v.object({ id: v.number() }) })
      .get('/arktype', handler, { returns: type({ id: 'number' }) })
    // @ts-expect-error: a plain object describes nothing.
    new RestApplication().get('/none', handler, { returns: { id: 'number' } })
  })
})
