import { RestApplication, respond } from 'restmachine'
import { assert, it } from 'vitest'
import { curl, describeWithCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

function serve(): Promise<Watched> {
  return watched(
    new RestApplication()
      .resource('/left', (left) =>
        left
          .resourceExists(() => false)
          .movedPermanently(() => '/here')
          .get(() => 'never')
          .put(() => 'never'),
      )
      .resource('/away', (away) =>
        away
          .resourceExists(() => false)
          .movedTemporarily(() => '/here?from=away')
          .get(() => 'never')
          .post(() => 'never', { allowMissingPost: false }),
      )
      .post('/orders', () => respond(undefined, 303, { location: '/here' }))
      .post('/found', () => respond(undefined, 302, { location: '/here' }))
      .get('/round', () => respond(undefined, 302, { location: '/round' }))
      .resource('/here', (here) =>
        here
          .get(({ request }) => ({ method: request.method }))
          .put(({ request, textBody }) => ({ method: request.method, content: textBody }))
          .post(({ request, textBody, queryParams }) => ({
            method: request.method,
            content: textBody,
            from: queryParams.get('from'),
          })),
      ),
  )
}

const TEXT = ['-H', 'Content-Type: text/plain'] as const
const statuses = ({ heads }: Awaited<ReturnType<typeof curl>>) => heads.map(({ status }) => status)

describeWithCurl('curl -L follows', () => {
  it('308, with the method and the content of the first request', async () => {
    const { url } = await serve()
    const run = await curl('-L', '-X', 'PUT', ...TEXT, '-d', 'tea', `${url}/left`)
    assert.deepEqual(statuses(run), [308, 200])
    assert.deepEqual(JSON.parse(run.text), { method: 'PUT', content: 'tea' })
  })

  it('307, with the method, the content and the query of the new address', async () => {
    const { url } = await serve()
    const run = await curl('-L', ...TEXT, '-d', 'tea', `${url}/away`)
    assert.deepEqual(statuses(run), [307, 200])
    assert.deepEqual(JSON.parse(run.text), { method: 'POST', content: 'tea', from: 'away' })
  })

  it.each([
    ['/orders', 303],
    ['/found', 302],
  ])('%s, which says %i, with GET', async (path, status) => {
    const { url } = await serve()
    const run = await curl('-L', ...TEXT, '-d', 'tea', url + path)
    assert.deepEqual(statuses(run), [status, 200])
    assert.deepEqual(JSON.parse(run.text), { method: 'GET' })
  })

  it('with -I too', async () => {
    const { url } = await serve()
    assert.deepEqual(statuses(await curl('-L', '-I', `${url}/left`)), [308, 200])
  })

  it('on one connection', async () => {
    const { url, requests } = await serve()
    await curl('-L', ...TEXT, '-d', 'tea', `${url}/away`)
    assert.lengthOf(requests, 2)
    assert.equal(requests[0]?.socket, requests[1]?.socket)
  })

  it('a circle until it has enough of it', async () => {
    const { url, requests } = await serve()
    const { code } = await curl('-L', '--max-redirs', '3', `${url}/round`)
    assert.equal(code, 47)
    assert.lengthOf(requests, 4)
  })
})
