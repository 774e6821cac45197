import { describe, expect, it } from 'vitest'
import { app } from '../s26-validation.ts'
import { served } from './served.ts'

function post(url: string, body: string): Promise<Response> {
  return fetch(`${url}/users`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

describe('S26: what a client sends', () => {
  it('reaches the handler as the schema gives it', async () => {
    const { url } = await served(app.with({}))
    const sent = { name: ' Ada ', email: 'ada@example.com', admin: true }
    const created = await post(url, JSON.stringify(sent))
    expect(created.status).toBe(201)
    const user = { id: 1, name: 'Ada', email: 'ada@example.com', newsletter: false }
    expect(await created.json()).toEqual(user)
    expect(await (await fetch(`${url}/users`)).json()).toEqual([user])
  })

  it('is refused with every fault, its place and its source, and nothing is done', async () => {
    const { url } = await served(app.with({}))
    const refused = await post(url, '{"name":" ","email":"ada"}')
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({
      errors: [
        { pointer: '/name', in: 'body' },
        { pointer: '/email', in: 'body' },
      ],
    })
    expect(await (await fetch(`${url}/users`)).json()).toEqual([])
  })

  it.each([
    ['no content', '', 422],
    ['JSON that breaks off', '{"name":', 400],
    ['another shape', '[]', 422],
  ])('is refused when it is %s', async (_, body, status) => {
    const { url } = await served(app.with({}))
    const refused = await post(url, body)
    expect(refused.status).toBe(status)
    await refused.text()
  })
})
