import { RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { askJson, sending } from '../application/asking.ts'

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The value at once, after a microtask, or some milliseconds later. */
type Sometime = <Value>(value: Value) => Value | Promise<Value>

function sometime(random: () => number): Sometime {
  return (value) => {
    const chance = random()
    if (chance < 0.3) return value
    if (chance < 0.5) return Promise.resolve(value)
    return new Promise((resolve) => setTimeout(() => resolve(value), random() * 4))
  }
}

/** Routes with the same names for different things, each value marked with the request's own id. */
function applicationWith(when: Sometime, opened: string[], closed: string[]) {
  const inner = new Router<{ id: string }>()
    .dependency('place', ({ id }) => when(`router ${id}`))
    .dependency('maybe', ({ id }) => when(Number(id) % 3 === 0 ? undefined : `inner ${id}`))
    .dependency('nested', async ({ place, maybe }) => [await when(place), maybe])
    .get('/{name}', ({ id, name, place, maybe, nested }) => ({ id, name, place, maybe, nested }))

  return new RestApplication()
    .dependency('started', () => when('session'), { scope: 'session' })
    .dependency('id', ({ requestHeaders }) => when(requestHeaders.get('x-id') ?? ''))
    .dependency('place', ({ id, started }) => when(`application ${id} ${started}`))
    .dependency('maybe', ({ id }) => when(Number(id) % 2 === 0 ? undefined : `odd ${id}`))
    .dependency('nested', ({ maybe, place }) => when([maybe, place]))
    .dependency('transaction', async function* ({ id }) {
      opened.push(id)
      yield await when(`transaction ${id}`)
      await when(undefined)
      closed.push(id)
    })
    .get('/plain/{name}', ({ id, name, place, maybe, nested, transaction, responseHeaders }) => {
      responseHeaders.set('x-id', id)
      return { id, name, place, maybe, nested, transaction }
    })
    .mount('/inner', inner)
    .resource('/resource/{name}', (resource) =>
      resource
        .dependency('maybe', ({ name }) => when(name === '7' ? undefined : `named ${name}`))
        .resourceExists('found', ({ name, id }) => when({ name, id }))
        .etag(({ found }) => when(found.name))
        .post(({ found, maybe, place, jsonBody }) => ({ found, maybe, place, jsonBody })),
    )
}

async function askOne(app: ReturnType<typeof applicationWith>, id: number): Promise<void> {
  const headers = { 'x-id': String(id) }
  const place = `application ${id} session`
  if (id % 4 < 2) {
    const maybe = id % 2 === 0 ? undefined : `odd ${id}`
    const response = await app.fetch(new Request(`http://localhost/plain/${id}`, { headers }))
    expect(response.headers.get('x-id')).toBe(String(id))
    expect(await response.json()).toEqual({
      ...{ id: String(id), name: String(id), place, ...(maybe && { maybe }) },
      ...{ nested: [maybe ?? null, place], transaction: `transaction ${id}` },
    })
  } else if (id % 4 === 2) {
    const maybe = id % 3 === 0 ? undefined : `inner ${id}`
    expect(await askJson(app, `/inner/${id}`, { headers })).toEqual({
      ...{ id: String(id), name: String(id), place: `router ${id}`, ...(maybe && { maybe }) },
      nested: [`router ${id}`, maybe ?? null],
    })
  } else {
    const body = sending({ mine: id })
    const request = { ...body, headers: { ...body.headers, ...headers } }
    expect(await askJson(app, `/resource/${id}`, request)).toEqual({
      ...{ found: { name: String(id), id: String(id) }, place, jsonBody: { mine: id } },
      ...(id === 7 ? {} : { maybe: `named ${id}` }),
    })
  }
}

describe('100 requests at once, with providers that take their time', () => {
  it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'never see values of each other (seed %i)',
    async (seed) => {
      const [opened, closed] = [[] as string[], [] as string[]]
      const random = randomFrom(seed)
      const when = sometime(random)
      const app = applicationWith(when, opened, closed)
      const ids = Array.from({ length: 100 }, (_, id) => id)
      await Promise.all(
        ids.map(async (id) => {
          await when(undefined)
          await askOne(app, id)
        }),
      )
      const withTransaction = ids.filter((id) => id % 4 < 2)
      expect(opened.map(Number).toSorted((a, b) => a - b)).toEqual(withTransaction)
      expect(closed.map(Number).toSorted((a, b) => a - b)).toEqual(withTransaction)
    },
  )
})
