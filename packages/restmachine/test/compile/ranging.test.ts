import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus, quiet } from '../decisions/asking.ts'
import { asked, begin, follow } from './following.ts'

const ROWS = ['answerCurrent', 'rangeWanted', 'ifRangeHolds', 'rangeSatisfiable']
const bytes = new TextEncoder().encode('0123456789')

describe('ranges in the compiled form', () => {
  const app = new RestApplication({ logger: quiet }).get('/', () => bytes).post('/', () => bytes)
  const rowsOf = async (target: string, headers: Readonly<Record<string, string>> = {}) =>
    (await asked(app, target, { headers })).filter((name) => ROWS.includes(name))

  it('cost a request without Range one look, and other methods none', async () => {
    assert.deepEqual(await rowsOf('GET /'), ['answerCurrent', 'rangeWanted'])
    assert.deepEqual(await rowsOf('HEAD /', { range: 'bytes=0-1' }), ['answerCurrent'])
    assert.deepEqual(await rowsOf('POST /', { range: 'bytes=0-1' }), [])
  })

  it('end where the table says', async () => {
    const end = async (range: string, more: Readonly<Record<string, string>> = {}) =>
      (await follow(app, 'GET /', { headers: { range, ...more } })).end
    assert.equal(await end('bytes=0-1'), 206)
    assert.equal(await end('bytes=10-'), 416)
    assert.equal(await end('lines=0-1'), 200)
    assert.equal(await end('bytes=0-1', { 'if-range': '"a"' }), 200)
    assert.include(
      String(await app.explain(new Request('http://localhost/', { headers: { range: 'bytes=10-' } }))),
      '416',
    )
  })

  it('need no promise where nothing takes time', () => {
    const { compiled, run } = begin(app, 'GET /', { headers: { range: 'bytes=2-3' } })
    const outcome = compiled.pipeline(run)
    assert.notInstanceOf(outcome, Promise)
    assert.deepEqual((outcome as { readonly body: unknown }).body, bytes.subarray(2, 4))
  })

  it('wait for a renderer that takes time, and ask it once', async () => {
    let rendered = 0
    const later = new RestApplication().get('/', () => 'note', {
      provides: { 'text/plain': async () => `${++rendered}123456789` },
    })
    const headers = { range: 'bytes=0-1, 4-5, 5-6', accept: 'text/plain' }
    const response = await expectStatus(later, 'GET /', 206, { headers })
    assert.match(await response.text(), /0-1\/10\r\n\r\n11\r\n[\s\S]*4-6\/10\r\n\r\n456\r\n/)
    assert.equal(rendered, 1)
  })

  it('are 500 when the body cannot be written', async () => {
    const broken = new RestApplication({ logger: quiet }).get('/', () => 12n)
    await expectStatus(broken, 'GET /', 500, { headers: { range: 'bytes=0-1' } })
  })

  it('close what the request opened', async () => {
    let open = 0
    const opening = new RestApplication()
      .dependency('thing', async function* () {
        open++
        yield 'thing'
        open--
      })
      .get('/', ({ thing }) => thing)
    for (const range of ['bytes=0-1', 'bytes=0-0,3-3', 'bytes=99-'])
      await (await ask(opening, 'GET /', { headers: { range } })).text()
    assert.equal(open, 0)
  })
})
