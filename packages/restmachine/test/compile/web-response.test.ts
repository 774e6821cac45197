import { html, RestApplication, respond } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../decisions/asking.ts'

/** An application whose handler gives `result`. */
function giving(result: () => unknown) {
  return new RestApplication({ logger: quiet }).get('/', result).post('/', result)
}

const headersOf = ({ headers }: Response) => Object.fromEntries(headers)

describe('a web Response', () => {
  it('goes out as it is: status, header fields, every Set-Cookie, content', async () => {
    const app = giving(() => {
      const headers = new Headers({ 'content-type': 'text/css', 'x-own': 'yes' })
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2')
      return new Response('p {}', { status: 203, headers })
    })
    const response = await expectStatus(app, 'GET /', 203)
    assert.equal(await response.text(), 'p {}')
    assert.equal(response.headers.get('content-type'), 'text/css')
    assert.equal(response.headers.get('x-own'), 'yes')
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
  })

  it('is not negotiated, and can be created, accepted or see other', async () => {
    for (const status of [201, 202, 303, 404]) {
      const response = await expectStatus(
        giving(async () => new Response('own', { status })),
        'POST /',
        status,
      )
      assert.equal(await response.text(), 'own')
    }
  })

  it('may have no content', async () => {
    assert.isNull(
      (
        await expectStatus(
          giving(() => new Response(null, { status: 204 })),
          'GET /',
          204,
        )
      ).body,
    )
  })

  it('can be sent once: the second time is a 500, and not half an answer', async () => {
    const kept = new Response('kept')
    const app = giving(() => kept)
    assert.equal(await (await expectStatus(app, 'GET /', 200)).text(), 'kept')
    await expectStatus(app, 'GET /', 500)
  })
})

describe('RFC 9110 §9.3.2, HEAD', () => {
  const results: readonly (readonly [name: string, result: () => unknown])[] = [
    ['data', () => ({ a: 1 })],
    ['HTML', () => html`<p>`],
    ['nothing', () => undefined],
    ['a Response', () => new Response('x')],
    ['a refusal', () => respond('x', 404)],
    ['a stream', () => new Blob(['x']).stream()],
  ]

  it.for(results)('has the fields of GET and no content: %s', async ([, result]) => {
    const got = await ask(giving(result), 'GET /')
    const head = await ask(giving(result), 'HEAD /')
    assert.equal(head.status, got.status)
    assert.deepEqual(headersOf(head), headersOf(got))
    assert.equal(await head.text(), '')
  })
})
