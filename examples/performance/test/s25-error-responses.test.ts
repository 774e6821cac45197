import { expect, it } from 'vitest'
import { app } from '../s25-error-responses.ts'
import { served } from './served.ts'

it('S25: an error that is thrown becomes a problem', async () => {
  const { url } = await served(app.with({}))
  const response = await fetch(`${url}/thrown/8`)
  expect(response.status).toBe(404)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({
    title: 'Not Found',
    status: 404,
    detail: 'There is no user 8',
    instance: '/thrown/8',
  })
})

it('S25: an answer with a status has the body that was given', async () => {
  const { url } = await served(app.with({}))
  const response = await fetch(`${url}/answered/8`)
  expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json'])
  expect(await response.text()).toBe('{"error":"Not found"}')
})

it('S25: a resource that does not exist is a problem by itself', async () => {
  const { url } = await served(app.with({}))
  const response = await fetch(`${url}/users/8`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ title: 'Not Found', status: 404, instance: '/users/8' })
})

it.each(['/thrown/7', '/answered/7', '/users/7'])('S25: %s is there', async (path) => {
  const { url } = await served(app.with({}))
  const response = await fetch(url + path)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ id: 7, name: 'Ada' })
})
