import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { ask, expectStatus } from '../../decisions/asking.ts'
import { app, DIGITS, get, part, whole } from './ranged.ts'

describe('RFC 9110 §14.1.2, byte ranges', () => {
  it.for([
    ['bytes=0-4', '0-4', '01234'],
    ['bytes=5-', '5-9', '56789'],
    ['bytes=-3', '7-9', '789'],
    ['bytes=-100', '0-9', DIGITS],
    ['bytes=0-100', '0-9', DIGITS],
    ['Bytes=9-9', '9-9', '9'],
    ['bytes=20-, 2-3', '2-3', '23'],
    ['bytes=0-3, 2-5', '0-5', '012345'],
  ] as const)('%s is the part %s', async ([range, resolved, text]) => {
    assert.deepEqual(await part('/bytes', range), [206, `bytes ${resolved}/10`, text])
  })

  it('count bytes, not characters', async () => {
    const response = await get('/json', 'bytes=11-12')
    assert.equal(response.status, 206)
    assert.equal(response.headers.get('content-range'), 'bytes 11-12/18')
    assert.deepEqual(await response.bytes(), new TextEncoder().encode('ü'))
  })
})

describe('RFC 9110 §14.2, Range', () => {
  it.for(['bytes', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=4-2', 'items=0-4', 'bytes=0-1;q=1', ''])(
    'that cannot be read or has another unit is ignored: %s',
    async (range) => {
      assert.deepEqual(await part('/bytes', range), whole)
    },
  )

  it('that asks for more parts than are worth it is ignored (§17.15)', async () => {
    const parts = (count: number) =>
      `bytes=${Array.from({ length: count }, (_, index) => `${index}-${index}`).join(',')}`
    assert.equal((await get('/bytes', parts(8))).status, 206)
    assert.deepEqual(await part('/bytes', parts(9)), whole)
  })

  it('is ignored with HEAD and every other method but GET', async () => {
    const head = await expectStatus(app, 'HEAD /bytes', 200, { headers: { range: 'bytes=0-4' } })
    assert.equal(head.headers.get('content-length'), '10')
    assert.isNull(head.headers.get('content-range'))
    await expectStatus(app, 'POST /bytes', 200, { headers: { range: 'bytes=0-4' } })
  })

  it('is ignored where the answer would not be 200', async () => {
    for (const status of [201, 203, 206, 404])
      assert.deepEqual(await part(`/other/${status}`, 'bytes=0-4'), [status, null, DIGITS])
    assert.equal((await get('/nothing', 'bytes=0-4')).status, 204)
    assert.equal((await get('/absent', 'bytes=0-4')).status, 404)
  })

  it('is ignored where nobody knows the length', async () => {
    assert.deepEqual(await part('/stream', 'bytes=0-4'), whole)
    assert.deepEqual(await part('/response', 'bytes=0-4'), whole)
  })

  it('is heard where the handler says 200 itself, with its fields', async () => {
    const response = await get('/said', 'bytes=0-4')
    assert.equal(response.status, 206)
    assert.equal(response.headers.get('x-own'), 'yes')
    assert.equal(response.headers.get('content-type'), 'text/plain')
    assert.equal(await response.text(), '01234')
  })

  it('is looked at after the preconditions (§13.2.2 step 5)', async () => {
    assert.equal((await get('/tagged', 'bytes=0-4', { 'if-none-match': '"v1"' })).status, 304)
    assert.equal((await get('/tagged', 'bytes=0-4', { 'if-match': '"v0"' })).status, 412)
    assert.equal((await get('/tagged', 'bytes=0-4', { 'if-match': '"v1"' })).status, 206)
  })

  it('asks nothing twice of who writes the body', async () => {
    let written = 0
    const counting = new RestApplication().get('/', () => 'note', {
      provides: { 'text/plain': () => `written ${++written} times` },
    })
    const headers = { range: 'bytes=0-8', accept: 'text/plain' }
    assert.equal(await (await expectStatus(counting, 'GET /', 206, { headers })).text(), 'written 1')
  })
})

describe('RFC 9110 §14.3, Accept-Ranges', () => {
  const offer = async (target: string) => (await ask(app, target)).headers.get('accept-ranges')

  it('comes with bytes, whether read or only looked at', async () => {
    assert.equal(await offer('GET /bytes'), 'bytes')
    assert.equal(await offer('HEAD /bytes'), 'bytes')
    assert.equal((await get('/bytes', 'bytes=0-1')).headers.get('accept-ranges'), 'bytes')
  })

  it('does not come with data, with nothing, with errors and with writes', async () => {
    for (const target of [
      'GET /json',
      'GET /empty',
      'GET /nothing',
      'GET /other/404',
      'POST /bytes',
      'GET /absent',
    ])
      assert.isNull(await offer(target), target)
  })
})
