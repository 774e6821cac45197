import { describe, expect, it } from 'vitest'
import { app } from '../s03-bypass-state-machine.ts'
import { served } from './served.ts'

const picture = { headers: { accept: 'image/png' } }

describe('S3: a route that bypasses the decision graph', () => {
  it('answers with JSON and asks nothing, where another route negotiates', async () => {
    const { url } = await served(app.with({}))
    const fast = await fetch(`${url}/api/fast`, picture)
    expect(fast.status).toBe(200)
    expect(fast.headers.get('content-type')).toBe('application/json')
    expect(await fast.json()).toEqual({ message: 'Fast!' })

    const asked = await fetch(`${url}/api/data`, picture)
    expect(asked.status).toBe(406)
    await asked.text()
    const plain = await fetch(`${url}/api/data`)
    expect(await plain.json()).toEqual({ message: 'Hello' })
  })

  it('gives a body with a status and header fields', async () => {
    const { url } = await served(app.with({}))
    const response = await fetch(`${url}/api/faster`, picture)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('max-age=60')
    expect(await response.json()).toEqual({ message: 'Fast!' })
  })

  it('answers HEAD like GET, without the body', async () => {
    const { url } = await served(app.with({}))
    const response = await fetch(`${url}/api/fast`, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '19'])
    expect(await response.text()).toBe('')
  })
})
