import { readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { file, RestApplication, respond } from 'restmachine'
import { assert, it } from 'vitest'
import { at, curl, describeWithCurl } from './curl.ts'
import { type Watched, watched } from './watched.ts'

const MODIFIED = new Date('2024-05-01T10:00:00Z')

/** A note whose tag is `tag`, and what a writer may do to it. */
async function serveNote(note: { text: string; tag: string }): Promise<Watched> {
  return watched(
    new RestApplication().resource('/note', (resource) =>
      resource
        .etag(() => note.tag)
        .lastModified(() => MODIFIED)
        .get(() => respond(note.text, 200, { 'content-type': 'text/plain' }))
        .put(({ textBody }) => {
          note.text = textBody
        }),
    ),
  )
}

describeWithCurl('curl asks whether anything is new', () => {
  it.each(['"v1"', 'W/"v1"', '"a,b;c"'])('with the tag %s that it has kept: 304, then 200', async (tag) => {
    const note = { text: 'milk', tag }
    const { url, asked } = await serveNote(note)
    const kept = at('tag')
    const first = await curl('--etag-save', kept, `${url}/note`)
    assert.equal(first.text, 'milk')
    assert.equal((await readFile(kept, 'utf8')).trim(), tag)

    const second = await curl('--etag-compare', kept, `${url}/note`)
    assert.equal(second.head.status, 304)
    assert.equal(second.text, '')
    assert.equal(second.head.header('etag'), tag)
    assert.equal(asked('/note')[1]?.headers['if-none-match'], tag)

    Object.assign(note, { text: 'bread', tag: '"v2"' })
    const third = await curl('--etag-compare', kept, '--etag-save', kept, `${url}/note`)
    assert.equal(third.text, 'bread')
    assert.equal((await readFile(kept, 'utf8')).trim(), '"v2"')
  })

  it.each([
    ['Wed, 01 May 2024 10:00:00 GMT', 304],
    ['Wed, 01 May 2024 09:59:59 GMT', 200],
    ['-Wed, 01 May 2024 10:00:01 GMT', 200],
    ['-Wed, 01 May 2024 09:59:59 GMT', 412],
  ])('-z "%s": %i', async (date, status) => {
    const { url } = await serveNote({ text: 'milk', tag: '"v1"' })
    const { head, text } = await curl('-z', date, `${url}/note`)
    assert.equal(head.status, status)
    assert.equal(text === 'milk', status === 200)
  })

  it('-R keeps the time of a file, and -z with that file gets it when it is newer', async () => {
    const [source, copy] = [at('source.txt'), at('copy.txt')]
    const { url } = await watched(new RestApplication().get('/', () => file(source)))
    await writeFile(source, 'old')
    await utimes(source, MODIFIED, MODIFIED)
    const first = await curl('-R', '-o', copy, url)
    assert.equal(first.head.status, 200)
    assert.equal((await stat(copy)).mtimeMs, MODIFIED.getTime())

    const second = await curl('-R', '-z', copy, '-o', copy, url)
    assert.equal(second.head.status, 304)
    assert.equal(await readFile(copy, 'utf8'), 'old', 'a 304 has no content to write')

    await writeFile(source, 'new')
    await utimes(source, MODIFIED, new Date(MODIFIED.getTime() + 1_000))
    const third = await curl('-R', '-z', copy, '-o', copy, url)
    assert.equal(third.head.status, 200)
    assert.equal(await readFile(copy, 'utf8'), 'new')
  })

  it('-I tells what a GET would, and brings nothing', async () => {
    const { url } = await serveNote({ text: 'milk', tag: '"v1"' })
    const get = await curl(`${url}/note`)
    const head = await curl('-I', `${url}/note`)
    assert.equal(head.code, 0)
    assert.equal(head.head.status, 200)
    for (const name of ['content-type', 'content-length', 'etag', 'last-modified', 'vary', 'connection']) {
      assert.equal(head.head.header(name), get.head.header(name), name)
    }
    assert.equal(head.head.header('content-length'), '4')
    assert.isTrue(head.text.endsWith('\r\n\r\n'), 'curl -I writes the head, and there is nothing after it')
  })

  it('writes only to what it has seen: 412 for a stale tag, 204 for the current one', async () => {
    const note = { text: 'milk', tag: '"v2"' }
    const { url } = await serveNote(note)
    const put = (tag: string) =>
      curl(
        '-X',
        'PUT',
        '-H',
        'Content-Type: text/plain',
        '-H',
        `If-Match: ${tag}`,
        '-d',
        'tea',
        `${url}/note`,
      )
    assert.equal((await put('"v1"')).head.status, 412)
    assert.equal((await put('W/"v2"')).head.status, 412, 'strong comparison')
    assert.equal(note.text, 'milk')
    assert.equal((await put('"v1", "v2"')).head.status, 204)
    assert.equal(note.text, 'tea')
  })
})
