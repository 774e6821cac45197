import { fieldSelection, RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { check, type Equal } from '../types/equal.ts'
import { ask, askJson } from './asking.ts'

const app = new RestApplication()
  .dependency('fields', fieldSelection(['id', 'name', 'email']))
  .get('/', ({ fields }) => fields)

const there = 'there are id, name, email'

describe('the fields that are asked for', () => {
  it.each([
    ['', ['id', 'name', 'email']],
    ['?fields=id', ['id']],
    ['?fields=name,id', ['id', 'name']],
    ['?fields=email,name,id', ['id', 'name', 'email']],
    ['?fields=id,id,%20id', ['id']],
    ['?fields=%20name%20,+id', ['id', 'name']],
    ['?fields=id&fields=name', ['id', 'name']],
    ['?fields=id%2Cname', ['id', 'name']],
    ['?Fields=id', ['id', 'name', 'email']],
  ])('are those of %j, in the order in which they are allowed', async (query, fields) => {
    expect(await askJson(app, `/${query}`)).toEqual(fields)
  })

  it.each([
    ['fields=', ['']],
    ['fields', ['']],
    ['fields=,', ['']],
    ['fields=id,', ['']],
    ['fields=*', ['*']],
    ['fields=ID', ['ID']],
    ['fields=id,password', ['password']],
    ['fields=a,b&fields=c', ['a', 'b', 'c']],
    ['fields=id;drop%20table', ['id;drop table']],
    ['fields=constructor,__proto__', ['constructor', '__proto__']],
    ['fields=i%CC%81d', ['i\u0301d']],
  ])('are refused when one is unknown: %s', async (query, unknown) => {
    const response = await ask(app, `/?${query}`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      detail: 'There are no such fields',
      errors: unknown.map((field) => ({
        pointer: '/fields',
        message: `there is no field ${JSON.stringify(field)}; ${there}`,
        in: 'query',
      })),
    })
  })

  it('make no long answer, however many or long they are', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `f${index}`).join(',')
    const { errors } = (await askJson(app, `/?fields=${many}`)) as { errors: { message: string }[] }
    expect(errors).toHaveLength(10)
    const long = await ask(app, `/?fields=${'x'.repeat(7000)}`)
    expect((await long.text()).length).toBeLessThan(1000)
  })

  it('are those of the default when nobody asks', async () => {
    const app = new RestApplication()
      .dependency(
        'fields',
        fieldSelection(['id', 'name', 'email'], { default: ['name', 'id'], name: 'only' }),
      )
      .get('/', ({ fields }) => fields)
    expect(await askJson(app, '/')).toEqual(['name', 'id'])
    expect(await askJson(app, '/?only=email')).toEqual(['email'])
    expect(await askJson(app, '/?fields=email')).toEqual(['name', 'id'])
    expect(await askJson(app, '/?only=x')).toMatchObject({ errors: [{ pointer: '/only' }] })
  })

  it('reach a router that is mounted', async () => {
    const users = new Router()
      .dependency('fields', fieldSelection(['a', 'b']))
      .get('/', ({ fields }) => fields)
    expect(await askJson(new RestApplication().mount('/users', users), '/users?fields=b')).toEqual(['b'])
  })

  it('have the types of the names', () => {
    new RestApplication()
      .dependency('fields', fieldSelection(['id', 'name'], { default: ['id'] }))
      .get('/', ({ fields }) => {
        check<Equal<typeof fields, readonly ('id' | 'name')[]>>()
      })
    // @ts-expect-error: "age" is not among them.
    expect(() => fieldSelection(['id'], { default: ['age'] })).toThrow()
  })
})

describe('the list of fields', () => {
  it('is the one of the declaration, whatever becomes of the array', async () => {
    const allowed = ['id', 'name']
    const app = new RestApplication()
      .dependency('fields', fieldSelection(allowed))
      .get('/', ({ fields }) => fields)
    allowed.push('password')
    expect(await askJson(app, '/')).toEqual(['id', 'name'])
    expect((await ask(app, '/?fields=password')).status).toBe(422)
  })

  it('cannot be changed by a handler for the requests after it', async () => {
    const app = new RestApplication()
      .dependency('fields', fieldSelection(['id', 'name']))
      .get('/', ({ fields }) => {
        expect(() => (fields as string[]).push('password')).toThrow(TypeError)
        return fields
      })
    expect(await askJson(app, '/')).toEqual(['id', 'name'])
  })

  it.each([
    [[], undefined, 'none are allowed'],
    [['id', ''], undefined, 'nobody can ask for ""'],
    [['id', 'a,b'], undefined, 'nobody can ask for "a,b"'],
    [['id', ' a'], undefined, 'nobody can ask for " a"'],
    [['id'], [], 'the default is empty; leave it out for all of them'],
    [['id'], ['name'], '"name" is a default and not allowed'],
  ])('is refused where it is written: %j, %j', (allowed, usual, message) => {
    const make = () => fieldSelection(allowed, usual === undefined ? {} : { default: usual })
    expect(make).toThrow(`Cannot select fields: ${message}`)
  })
})
