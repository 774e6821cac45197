import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../../decisions/asking.ts'
import { overWire } from '../over-wire.ts'

const app = new RestApplication({ logger: quiet })
  .get('/page', () => ({ page: 1 }), {
    etag: () => 'v1',
    provides: { 'text/html': () => '<p>1</p>', 'text/plain': () => '1' },
  })
  .get('/formats', () => 'text', {
    provides: {
      'application/json': false,
      'text/plain': ({ result }) => result,
      'text/plain;format=flowed': ({ result }) => result,
      'image/jpeg': () => new Uint8Array([0xff]),
    },
  })
  .get('/only', () => ({ only: true }))

const typeAt = async (path: string, accept: string) => {
  const response = await ask(app, `GET ${path}`, { headers: { accept } })
  return response.status === 200
    ? (response.headers.get('content-type') ?? '').split(';')[0]
    : response.status
}

describe('RFC 9110 §12.4.2, weights', () => {
  it.for([
    ['text/html;q=0.1, text/plain;q=0.2', 'text/plain'],
    ['text/html, text/plain;q=0.999', 'text/html'],
    ['text/html;q=0.001', 'text/html'],
    ['text/html;q=0', 406],
    ['text/html;q=0.000', 406],
    ['text/html;q=1.000, text/plain', 'text/html'],
    ['text/html;Q=0.1, text/plain;q=0.2', 'text/plain'],
    ['text/html ; q=0.1 , text/plain ; q=0.2', 'text/plain'],
  ] as const)('are 0 to 1 with three digits, 1 when left out, and 0 refuses: %s', async ([accept, type]) => {
    assert.equal(await typeAt('/page', accept), type)
  })

  it('that are equal leave the choice to the server: the first that it declares', async () => {
    assert.equal(await typeAt('/page', 'text/plain, text/html, application/json'), 'application/json')
    assert.equal(await typeAt('/page', 'text/plain;q=0.5, text/html;q=0.5'), 'text/html')
  })
})

describe('RFC 9110 §12.5.1, Accept', () => {
  it('takes anything when it is not there, or empty', async () => {
    assert.equal((await ask(app, 'GET /page')).headers.get('content-type'), 'application/json')
    assert.equal(await typeAt('/page', ''), 'application/json')
    assert.equal(await typeAt('/page', '*/*'), 'application/json')
  })

  it('decides by the most specific range, wherever it stands', async () => {
    assert.equal(await typeAt('/page', 'text/*;q=0.9, application/*;q=0.1'), 'text/html')
    assert.equal(await typeAt('/page', '*/*, text/html;q=0, application/json;q=0'), 'text/plain')
    assert.equal(await typeAt('/page', 'text/html;q=0, text/*'), 'text/plain')
  })

  it('weighs a type with parameters by the range that has them', async () => {
    const flowed = 'text/*;q=0.3, text/plain;q=0.2, text/plain;format=flowed, image/*;q=0.9'
    const { headers } = await ask(app, 'GET /formats', { headers: { accept: flowed } })
    assert.equal(headers.get('content-type'), 'text/plain;format=flowed;charset=utf-8')
    assert.equal(
      await typeAt('/formats', 'text/plain;format=flowed;q=0, text/plain;q=0.1, image/*;q=0.2'),
      'image/jpeg',
    )
  })

  it('means the same in any case', async () => {
    assert.equal(await typeAt('/page', 'TEXT/Plain'), 'text/plain')
  })

  it('that refuses all there is gets 406, which the standard leaves to the server', async () => {
    const response = await expectStatus(app, 'GET /page', 406, { headers: { accept: 'image/png' } })
    const { detail } = (await response.json()) as { detail: string }
    for (const type of ['application/json', 'text/html', 'text/plain']) assert.include(detail, type)
  })

  it('does not keep an error from being told: a problem comes though nothing like it is accepted', async () => {
    const { headers } = await expectStatus(app, 'GET /absent', 404, { headers: { accept: 'image/png' } })
    assert.equal(headers.get('content-type'), 'application/problem+json')
  })
})

describe('RFC 9110 §12.5.2, Accept-Charset', () => {
  it('is ignored, as the standard advises: text is UTF-8 and says so', async () => {
    for (const charset of ['iso-8859-1', 'utf-8;q=0', '*;q=0']) {
      const sent = { headers: { accept: 'text/plain', 'accept-charset': charset } }
      const { headers } = await expectStatus(app, 'GET /page', 200, sent)
      assert.equal(headers.get('content-type'), 'text/plain;charset=utf-8')
      assert.notInclude(headers.get('vary') ?? '', 'charset')
    }
  })
})

describe('RFC 9110 §12.5.4, Accept-Language', () => {
  const speaking = new RestApplication()
    .languages(['en', 'de', 'fr-CA'])
    .get('/', ({ language }) => ({ language }))

  it.for([
    ['de', 'de'],
    ['DE-at', 'de'],
    ['fr;q=0.9, de;q=0.1', 'fr-CA'],
    ['fr-CA-x-own', 'fr-CA'],
    ['de;q=0, *', 'en'],
    ['en;q=0, *', 'de'],
    ['es', 'en'],
    ['*', 'en'],
    ['', 'en'],
    ['en;q=0.4, de;q=0.5', 'de'],
  ] as const)(
    'chooses by lookup, and gives the default rather than nothing: %s',
    async ([wanted, language]) => {
      const response = await expectStatus(speaking, 'GET /', 200, { headers: { 'accept-language': wanted } })
      assert.equal(response.headers.get('content-language'), language)
      assert.deepEqual(await response.json(), { language })
    },
  )
})

describe('RFC 9110 §12.5.4, a language that is refused', () => {
  it('takes its regions with it', async () => {
    const regional = new RestApplication().languages(['fr-CA', 'en']).get('/', ({ language }) => language)
    const languageFor = async (accept: string) =>
      (await ask(regional, 'GET /', { headers: { 'accept-language': accept } })).headers.get(
        'content-language',
      )
    assert.equal(await languageFor('fr;q=0, *'), 'en')
    assert.equal(await languageFor('fr;q=0, fr-CA, *;q=0.1'), 'fr-CA')
  })
})

describe('RFC 9110 §12.5.5, Vary', () => {
  it('names what the answer depends on, whatever it was, and also when the client did not send it', async () => {
    for (const headers of [{}, { accept: 'text/html' }, { accept: 'image/png' }, { 'if-none-match': '"v1"' }])
      assert.equal((await ask(app, 'GET /page', { headers })).headers.get('vary'), 'accept')
  })

  it('is not there where nothing was to choose', async () => {
    assert.isNull((await ask(app, 'GET /only')).headers.get('vary'))
  })

  it('adds up: what the application names comes to what was negotiated', async () => {
    const adding = new RestApplication()
      .languages(['en'])
      .defaultHeaders(() => ({ vary: 'x-flavour' }))
      .get('/', () => ({}), { provides: { 'text/html': () => '' } })
    const lines = (await overWire(adding, 'GET /')).headers.filter(([name]) => name === 'vary')
    const members = lines.flatMap(([, value]) => value.split(', '))
    assert.sameMembers(members, ['accept', 'accept-language', 'x-flavour'])
  })
})
