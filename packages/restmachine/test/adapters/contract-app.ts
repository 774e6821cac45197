import { HttpError, html, type Logger, RestApplication, respond } from 'restmachine'

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

const encoder = new TextEncoder()

/** A stream of these texts, each a chunk of its own. */
function streamOf(...texts: readonly string[]): ReadableStream<Uint8Array> {
  const left = [...texts]
  return new ReadableStream({
    pull(controller) {
      const text = left.shift()
      if (text === undefined) controller.close()
      else controller.enqueue(encoder.encode(text))
    },
  })
}

/** What the cases of the contract ask: every kind of body out, every kind of content in. */
export function contractApp(): Pick<RestApplication, 'startup' | 'shutdown' | 'answer' | 'fetch'> {
  return new RestApplication({ logger: silent })
    .requestId(() => 'request-1')
    .traceId(() => 'trace-1')
    .get('/json', () => ({ hello: 'world' }))
    .get('/text', () => respond('plain', 200, { 'content-type': 'text/plain; charset=utf-8' }))
    .get('/html', () => html`<p>${'<escaped>'}</p>`)
    .get('/unicode', () => ({ text: 'Grüße, 世界 💥' }))
    .get('/bytes', () => new Uint8Array([0, 255, 13, 10, 128]))
    .get('/no-bytes', () => new Uint8Array())
    .get('/nothing', () => undefined)
    .get('/empty-text', () => respond('', 200, { 'content-type': 'text/plain' }))
    .get('/reset', () => respond(undefined, 205))
    .get('/created', () => respond({ id: 7 }, 201, { location: '/things/7' }))
    .get('/cookies', () => respond({}, 200, { 'set-cookie': ['a=1; Path=/', 'b=2, 3'] }))
    .get('/lines', () => respond({}, 200, { link: ['</a>; rel=next', '</b>; rel=prev'] }))
    .get('/stream', () => streamOf('one ', 'two ', 'grün'))
    .get('/response', () => new Response('from a Response', { status: 202, headers: { 'x-own': 'yes' } }))
    .get('/measured', () => new Response(streamOf('12', '345'), { headers: { 'content-length': '5' } }))
    .get('/lies', () => respond({}, 200, { 'content-length': '99', 'transfer-encoding': 'chunked' }))
    .head('/own-head', () => respond(undefined, 200, { 'content-length': '1234' }))
    .get('/split', () => respond({}, 200, { 'x-bad': 'a\r\nx-injected: yes' }))
    .get('/refused', () => {
      throw new HttpError(403, 'Not for you')
    })
    .get('/broken', () => {
      throw new Error('a secret')
    })
    .get('/query', ({ queryParams, request }) => ({ pairs: [...queryParams], target: request.target }))
    .get('/echo/{name}', ({ name, request }) => ({ name, path: request.path }))
    .get('/headers', ({ requestHeaders }) => ({
      twice: requestHeaders.get('x-twice'),
      cookie: requestHeaders.get('cookie'),
      absent: requestHeaders.get('x-absent'),
      latin: requestHeaders.get('x-latin'),
    }))
    .resource('/versioned', (versioned) => versioned.etag(() => 'v1').get(() => ({ version: 1 })))
    .post('/json', ({ jsonBody }) => ({ got: jsonBody ?? null }))
    .post('/size', ({ bytesBody }) => ({ size: bytesBody.length }))
    .post('/small', ({ bytesBody }) => ({ size: bytesBody.length }), { bodyLimit: 10 })
    .post('/text', ({ textBody }) => ({ textBody }))
    .post('/form', ({ formBody }) => formBody)
    .post('/multipart', ({ multipartBody }) => ({
      fields: multipartBody.fields,
      files: multipartBody.files.map(({ originalFilename, size }) => ({ originalFilename, size })),
    }))
    .post('/echo', ({ body }) => body)
    .post('/unread', () => ({ unread: true }))
    .put('/things/{id}', ({ id, jsonBody }) => ({ id, jsonBody }), { allowMissingPut: true })
    .patch('/things/{id}', ({ id }) => ({ patched: id }))
    .delete('/things/{id}', () => undefined) as never
}
