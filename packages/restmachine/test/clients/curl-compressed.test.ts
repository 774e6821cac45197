import { writeFile } from 'node:fs/promises'
import { file, RestApplication, respond, streams } from 'restmachine'
import { assert, beforeAll, it } from 'vitest'
import { eventually } from '../server/served.ts'
import { at, curl, describeWithCurl, startCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

const TEXT = Array.from({ length: 2_000 }, (_, line) => `line ${line}: Grüße\n`).join('')
const LENGTH = Buffer.byteLength(TEXT)
const PLAIN = { 'content-type': 'text/plain' }

interface Feed {
  go(): void
}

function serve(feed: Feed = { go: () => undefined }): Promise<Watched> {
  return watched(
    new RestApplication()
      .compression()
      .get('/text', () => respond(TEXT, 200, PLAIN), { etag: () => 'v1' })
      .get('/small', () => respond('few', 200, PLAIN))
      .get('/picture', () => respond(Buffer.from(TEXT), 200, { 'content-type': 'image/png' }))
      .get('/file', () => file(at('served.txt')))
      .get(
        '/rows',
        async function* () {
          for (const n of [1, 2, 3]) {
            yield { n }
            await new Promise<void>((resolve) => {
              feed.go = resolve
            })
          }
        },
        { provides: streams() },
      ),
  )
}

describeWithCurl('curl --compressed', () => {
  beforeAll(() => writeFile(at('served.txt'), TEXT))

  it.each(['gzip', 'br', 'zstd'])('reads %s, from text and from a file', async (coding) => {
    const { url } = await serve()
    for (const path of ['/text', '/file']) {
      const size = ['-w', '%{stderr}%{size_download}']
      const run = await curl('--compressed', '-H', `Accept-Encoding: ${coding}`, ...size, url + path)
      assert.equal(run.code, 0)
      assert.equal(run.head.header('content-encoding'), coding)
      assert.equal(run.text, TEXT)
      assert.isBelow(Number(run.complaint), LENGTH / 4, `bytes on the wire of ${path}`)
      assert.match(run.head.lines('vary').join(), /\baccept-encoding\b/i)
    }
  })

  it('gets one of the codings that it can read', async () => {
    const { url, asked } = await serve()
    const { head, text } = await curl('--compressed', `${url}/text`)
    const accepted = asked('/text')[0]?.headers['accept-encoding'] ?? ''
    assert.include(accepted.split(', '), head.header('content-encoding'))
    assert.equal(text, TEXT)
  })

  it.each([': identity', ': gzip;q=0, *;q=0, identity', ': rot13', ';'])(
    'without it, and with -H Accept-Encoding%s the text comes as it is',
    async (accepted) => {
      const { url } = await serve()
      const { head, text } = await curl('-H', `Accept-Encoding${accepted}`, `${url}/text`)
      assert.equal(head.header('content-encoding'), undefined)
      assert.equal(head.header('content-length'), String(LENGTH))
      assert.equal(text, TEXT)
      assert.match(head.lines('vary').join(), /\baccept-encoding\b/i)
    },
  )

  it.each(['/small', '/picture'])('gets %s as it is', async (path) => {
    const { url } = await serve()
    const { head, code } = await curl('--compressed', url + path)
    assert.equal(code, 0)
    assert.equal(head.header('content-encoding'), undefined)
  })

  it('has a tag for each coding, and 304 for that of its own', async () => {
    const { url } = await serve()
    const tags = new Set<string>()
    for (const coding of ['gzip', 'br', 'zstd', 'identity']) {
      const [kept, accept] = [at('tag'), ['-H', `Accept-Encoding: ${coding}`]]
      const first = await curl('--compressed', ...accept, '--etag-save', kept, `${url}/text`)
      tags.add(first.head.header('etag') ?? '')
      const second = await curl('--compressed', ...accept, '--etag-compare', kept, `${url}/text`)
      assert.equal(second.head.status, 304, coding)
      assert.equal(second.head.header('etag'), first.head.header('etag'))
      assert.match(second.head.lines('vary').join(), /\baccept-encoding\b/i)
    }
    assert.equal(tags.size, 4)
  })

  it('-I tells what a GET would', async () => {
    const { url } = await serve()
    for (const path of ['/text', '/file']) {
      const get = await curl('--compressed', url + path)
      const { head, code } = await curl('--compressed', '-I', url + path)
      assert.equal(code, 0)
      for (const name of ['content-encoding', 'content-type', 'etag', 'vary'])
        assert.equal(head.header(name), get.head.header(name), `${name} of ${path}`)
    }
  })

  it('-r gets a part of the text as it is', async () => {
    const { url } = await serve()
    const { head, text, code } = await curl('--compressed', '-r', '0-9', `${url}/file`)
    assert.equal(code, 0)
    assert.equal(head.status, 206)
    assert.equal(head.header('content-encoding'), undefined)
    assert.equal(head.header('content-range'), `bytes 0-9/${LENGTH}`)
    assert.equal(text, TEXT.slice(0, 10))
  })

  it('-r with the tag of a coding gets all: a part of something else would spoil what it has', async () => {
    const { url } = await serve()
    for (const path of ['/text', '/file']) {
      const first = await curl('--compressed', url + path)
      const tag = first.head.header('etag') ?? ''
      const again = await curl('--compressed', '-r', '10-19', '-H', `If-Range: ${tag}`, url + path)
      assert.equal(again.head.status, 200, path)
      assert.equal(again.text, TEXT)
    }
  })

  it('-N reads a stream row by row', async () => {
    const feed: Feed = { go: () => undefined }
    const { url } = await serve(feed)
    for (const coding of ['gzip', 'br', 'zstd']) {
      const fields = ['-H', `Accept-Encoding: ${coding}`, '-H', 'Accept: application/x-ndjson']
      const { out, finished } = startCurl('-N', '--compressed', ...fields, `${url}/rows`)
      for (const [at, rows] of ['{"n":1}\n', '{"n":1}\n{"n":2}\n', '{"n":1}\n{"n":2}\n{"n":3}\n'].entries()) {
        await eventually(() => out() === rows, `Row ${at + 1} in ${coding}`)
        feed.go()
      }
      const { code, head } = await finished
      assert.equal(code, 0)
      assert.equal(head.header('content-encoding'), coding)
    }
  })

  it('uses one connection, and HTTP/1.0 reads the same', async () => {
    const { url } = await serve()
    const count = ['-w', '%{stderr}%{num_connects} ']
    const { complaint } = await curl('--compressed', ...count, `${url}/text`, `${url}/file`, `${url}/text`)
    assert.equal(complaint.trim(), '1 0 0')
    for (const path of ['/text', '/file']) {
      const old = await curl('--compressed', '--http1.0', url + path)
      assert.equal(old.code, 0)
      assert.equal(old.text, TEXT)
      assert.equal(old.head.header('transfer-encoding'), undefined)
    }
  })
})
