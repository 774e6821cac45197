import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet, statusesOf } from './asking.ts'

/** Notes 1 and 2 are there; writing to others may make them where the options say so. */
function notes(options: { readonly allowMissingPut?: boolean; readonly allowMissingPost?: boolean } = {}) {
  const { allowMissingPut = false, allowMissingPost = false } = options
  return new RestApplication().resource('/notes/{noteId}', (note) =>
    note
      .resourceExists(({ noteId }) => noteId === '1' || noteId === '2')
      .get(({ noteId }) => noteId)
      .put(({ noteId }) => ({ kept: noteId }), { allowMissingPut })
      .post(() => 'added', { allowMissingPost })
      .patch(() => 'changed')
      .delete(() => undefined),
  )
}

describe('a resource that is missing', () => {
  it('is 404 to every method, unless the route may create it', async () => {
    assert.deepEqual(
      await statusesOf(
        notes(),
        ['GET /notes/9'],
        ['HEAD /notes/9'],
        ['PUT /notes/9'],
        ['POST /notes/9'],
        ['PATCH /notes/9'],
        ['DELETE /notes/9'],
      ),
      [404, 404, 404, 404, 404, 404],
    )
  })

  it('is made by a PUT that may: 201, without a handler saying so (RFC 9110 §9.3.4)', async () => {
    const app = notes({ allowMissingPut: true })
    assert.deepEqual(await (await expectStatus(app, 'PUT /notes/9', 201)).json(), { kept: '9' })
    assert.deepEqual(
      await statusesOf(app, ['PUT /notes/1'], ['POST /notes/9'], ['PATCH /notes/9']),
      [200, 404, 404],
    )
  })

  it('reaches the handler of a POST that may', async () => {
    const app = notes({ allowMissingPost: true })
    assert.deepEqual(
      await statusesOf(app, ['POST /notes/9'], ['PUT /notes/9'], ['DELETE /notes/9']),
      [200, 404, 404],
    )
  })

  it('is what `undefined`, `null` and `false` mean, and 0 and the empty text do not', async () => {
    for (const [found, status] of [
      [undefined, 404],
      [null, 404],
      [false, 404],
      [Promise.resolve(undefined), 404],
      [0, 200],
      ['', 200],
      [Promise.resolve(''), 200],
    ] as const) {
      const app = new RestApplication().resource('/', (thing) =>
        thing.resourceExists('found', () => found).get(({ found }) => [found]),
      )
      await expectStatus(app, 'GET /', status)
    }
  })
})

describe('a resource that was there', () => {
  const gone = (options: object = {}) =>
    new RestApplication().resource('/{noteId}', (note) =>
      note
        .resourceExists(() => false)
        .previouslyExisted(async ({ noteId }) => noteId === 'old')
        .get(() => 'never')
        .put(() => undefined, options)
        .post(() => 'back again', options),
    )

  it('is 410, and 404 where it never was (RFC 9110 §15.5.11)', async () => {
    assert.deepEqual(
      await statusesOf(gone(), ['GET /old'], ['GET /new'], ['PUT /old'], ['POST /old'], ['DELETE /old']),
      [410, 404, 410, 410, 405],
    )
  })

  it('can be made anew by who may', async () => {
    const app = gone({ allowMissingPut: true, allowMissingPost: true })
    assert.deepEqual(await statusesOf(app, ['PUT /old'], ['POST /old'], ['GET /old']), [201, 200, 410])
  })
})

describe('a resource that moved', () => {
  const moved = new RestApplication().resource('/{noteId}', (note) =>
    note
      .resourceExists(() => false)
      .movedPermanently(({ noteId }) => {
        if (noteId === 'away') return '/elsewhere'
        if (noteId === 'url') return new URL('http://other.example/ä')
        return noteId === 'early' ? { location: '/elsewhere', status: 301 } : undefined
      })
      .movedTemporarily(async ({ noteId }) => {
        if (noteId === 'out') return '/for-now'
        return noteId === 'found' ? { location: '/for-now', status: 302 } : null
      })
      .get(() => 'never')
      .put(() => undefined, { allowMissingPut: true }),
  )

  it.for([
    ['for good: 308, which keeps method and content (RFC 9110 §15.4.9)', '/away', 308, '/elsewhere'],
    ['for good, with the status that the application gives', '/early', 301, '/elsewhere'],
    ['for now: 307 (RFC 9110 §15.4.8)', '/out', 307, '/for-now'],
    ['for now, with the status that the application gives', '/found', 302, '/for-now'],
    ['to a URL', '/url', 308, 'http://other.example/%C3%A4'],
  ] as const)('%s', async ([, path, status, location]) => {
    const response = await expectStatus(moved, `GET ${path}`, status)
    assert.equal(response.headers.get('location'), location)
    assert.include(await response.text(), location)
  })

  it('moves a PUT that might have created something, too', async () => {
    assert.deepEqual(await statusesOf(moved, ['PUT /away'], ['PUT /new']), [308, 201])
  })

  it('is 404, and not 410, where nobody says that it was there', async () => {
    await expectStatus(moved, 'GET /nothing', 404)
  })

  it('goes before 410', async () => {
    const app = new RestApplication().resource('/{noteId}', (note) =>
      note
        .resourceExists(() => false)
        .previouslyExisted(() => true)
        .movedTemporarily(({ noteId }) => noteId === 'out' && '/for-now')
        .get(() => 'never'),
    )
    assert.deepEqual(await statusesOf(app, ['GET /out'], ['GET /gone']), [307, 410])
  })

  it('encodes what no URI can hold, so that an address stays one field', async () => {
    const app = new RestApplication().resource('/', (note) =>
      note
        .resourceExists(() => false)
        .movedPermanently(() => '/grüße\r\nset-cookie: a=b')
        .get(() => 'never'),
    )
    const response = await expectStatus(app, 'GET /', 308)
    assert.equal(response.headers.get('location'), '/gr%C3%BC%C3%9Fe%0D%0Aset-cookie:%20a=b')
    assert.isNull(response.headers.get('set-cookie'))
  })

  it.for([
    ['movedPermanently', true, 'boolean true'],
    ['movedPermanently', { status: 301 }, 'object [object Object]'],
    ['movedTemporarily', true, 'boolean true'],
    ['movedTemporarily', 7, 'number 7'],
  ] as const)('is 500 without an address, and the log says how to mend it: %s, %j', async (way) => {
    const [name, answer, told] = way
    const failures: unknown[] = []
    const logger = { ...quiet, error: (_: string, failure: unknown) => void failures.push(failure) }
    const app = new RestApplication({ logger }).resource('/', (note) => {
      note.resourceExists(() => false)
      note[name](() => answer as unknown as string)
      return note.get(() => 'never')
    })
    await expectStatus(app, 'GET /', 500)
    const needed = 'a path, a URL, or { location, status } is needed'
    assert.deepEqual(failures.map(String), [
      `TypeError: Cannot read what "${name}" answered: ${needed}, got ${told}`,
    ])
  })

  it('is 500 with a status that redirects nobody', async () => {
    const lines: unknown[] = []
    const logger = { debug() {}, info() {}, warn() {}, error: (line: unknown) => void lines.push(line) }
    const app = new RestApplication({ logger }).resource('/', (note) =>
      note
        .resourceExists(() => false)
        .movedPermanently(() => ({ location: '/x', status: 200 }))
        .get(() => 'never'),
    )
    await expectStatus(app, 'GET /', 500)
    assert.deepEqual(lines, ['500 in GET /'])
  })
})

describe('RFC 9110 §15.4.1, 300 Multiple Choices', () => {
  const app = new RestApplication().resource('/', (note) =>
    note
      .multipleChoices(({ queryParams }) => queryParams.get('prefer') ?? queryParams.has('many'))
      .get(() => 'one')
      .put(() => undefined),
  )

  it('is for reading, and names the preferred choice in Location', async () => {
    assert.deepEqual(
      await statusesOf(app, ['GET /'], ['GET /?many'], ['HEAD /?many'], ['PUT /?many']),
      [200, 300, 300, 204],
    )
    assert.isNull((await ask(app, 'GET /?many')).headers.get('location'))
    const preferred = await expectStatus(app, 'GET /?prefer=/a', 300)
    assert.equal(preferred.headers.get('location'), '/a')
  })
})
