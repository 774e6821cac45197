import { expect, it } from 'vitest'
import { app } from '../s24-request.ts'
import { served } from './served.ts'

const headers = { 'user-agent': 'test/1' }

it('S24: the request gives its method, path, parameters and header fields', async () => {
  const { url } = await served(app.with({}))
  const response = await fetch(`${url}/users/J%C3%BCrgen/posts?limit=5&offset=10`, { headers })
  expect(await response.json()).toEqual({
    userId: 'Jürgen',
    limit: '5',
    offset: '10',
    method: 'GET',
    path: '/users/Jürgen/posts',
    agent: 'test/1',
  })
})

it('S24: what is not sent has a default', async () => {
  const { url } = await served(app.with({}))
  const response = await fetch(`${url}/users/7/posts?limits=5`)
  expect(await response.json()).toMatchObject({ limit: '20', offset: '0' })
})

it('S24: each part is to be had by itself', async () => {
  const { url } = await served(app.with({}))
  const response = await fetch(`${url}/users/7/posts/3?limit=5`, { headers })
  expect(await response.json()).toEqual({ same: true, limit: '5', agent: 'test/1' })
})
