import { html, RestApplication, respond, streams } from 'restmachine'
import { assert, it } from 'vitest'
import { eventually } from '../server/served.ts'
import { describeWithBrowser, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

interface Heard {
  readonly aborted: string[]
  go(): void
}

function serve(heard: Heard): Promise<Watched> {
  return watched(
    new RestApplication()
      .get(
        '/',
        () => html`<form method="post" action="/files" enctype="multipart/form-data">
          <input name="title"><input name="file" type="file" multiple><button>send</button>
        </form>`,
      )
      .post('/upload', async ({ multipartBody: { fields, files } }) => ({
        fields,
        files: await Promise.all(
          files.map(async (sent) => [
            sent.field,
            sent.filename,
            sent.type,
            sent.size,
            (await sent.bytes())[0],
          ]),
        ),
      }))
      .post('/files', ({ multipartBody: { fields, files } }) => {
        const names = files.map(({ filename }) => filename).join()
        return respond(undefined, 303, { location: `/kept?${new URLSearchParams({ names, ...fields })}` })
      })
      .get(
        '/kept',
        ({ queryParams }) => html`<p>${queryParams.get('title')}: ${queryParams.get('names')}</p>`,
      )
      .get('/slow', async ({ signal }) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            heard.aborted.push((signal.reason as Error).name)
            resolve()
          })
        })
        return 'never'
      })
      .get(
        '/rows',
        async function* () {
          for (const n of [1, 2, 3]) {
            yield { n, text: 'ü'.repeat(n) }
            await new Promise<void>((resolve) => {
              heard.go = resolve
            })
          }
        },
        { provides: streams() },
      )
      .get(
        '/ticks',
        async function* ({ signal }) {
          try {
            while (!signal.aborted) {
              yield { at: Date.now() }
              await new Promise((resolve) => setTimeout(resolve, 10))
            }
          } finally {
            heard.aborted.push('ticks')
          }
        },
        { provides: streams() },
      ),
  )
}

const silent = (): Heard => ({ aborted: [], go: () => undefined })

describeWithBrowser('fetch in a page', () => {
  it('sends a form with files, which becomes multipartBody', async () => {
    const { url } = await serve(silent())
    const page = await openPage()
    await page.goto(url)
    const answer = await page.evaluate(async () => {
      const form = new FormData()
      form.append('title', 'Größe "1"\r\n2')
      form.append('small', new File(['tiny'], 'Grüße "x".txt', { type: 'text/plain' }))
      form.append('large', new Blob([new Uint8Array(300_000).fill(7)]))
      return (await fetch('/upload', { method: 'POST', body: form })).json()
    })
    assert.deepEqual(answer, {
      fields: { title: 'Größe "1"\r\n2' },
      files: [
        ['small', 'Grüße "x".txt', 'text/plain', 4, 't'.charCodeAt(0)],
        ['large', 'blob', 'application/octet-stream', 300_000, 7],
      ],
    })
  })

  it('is not needed: a form sends the same, and is led on by 303', async () => {
    const { url, answered } = await serve(silent())
    const page = await openPage()
    await page.goto(url)
    await page.fill('input[name=title]', 'Zoë & <b>')
    const mimeType = 'text/plain'
    await page.setInputFiles(
      'input[type=file]',
      ['a.txt', 'ü.txt'].map((name) => ({ name, mimeType, buffer: Buffer.from(name) })),
    )
    await page.click('button')
    await page.waitForSelector('p')
    assert.equal(await page.textContent('p'), 'Zoë & <b>: a.txt,ü.txt')
    assert.deepEqual(answered('/files'), [303])
  })

  it('that is aborted aborts signal on the server', async () => {
    const heard = silent()
    const { url, asked } = await serve(heard)
    const page = await openPage()
    await page.goto(url)
    const controller = await page.evaluateHandle(() => new AbortController())
    const failure = controller.evaluate(({ signal }) =>
      fetch('/slow', { signal }).catch((error: Error) => error.name),
    )
    await eventually(() => asked('/slow').length === 1, 'The request')
    assert.deepEqual(heard.aborted, [])
    await controller.evaluate((mine) => mine.abort())
    assert.equal(await failure, 'AbortError')
    await eventually(() => heard.aborted.length === 1, 'The abort')
    assert.deepEqual(heard.aborted, ['AbortError'])
  })

  it('reads rows one by one, each when it is there', async () => {
    const heard = silent()
    const { url } = await serve(heard)
    const page = await openPage()
    await page.goto(url)
    const reader = await page.evaluateHandle(async () => {
      const { body } = await fetch('/rows', { headers: { accept: 'application/x-ndjson' } })
      return (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader()
    })
    for (const n of [1, 2, 3]) {
      assert.equal(
        (await reader.evaluate((mine) => mine.read())).value,
        `{"n":${n},"text":"${'ü'.repeat(n)}"}\n`,
      )
      heard.go()
    }
    assert.isTrue((await reader.evaluate((mine) => mine.read())).done)
  })

  it('that cancels what it reads, or whose page is closed, ends the generator', async () => {
    const heard = silent()
    const { url } = await serve(heard)
    const page = await openPage()
    await page.goto(url)
    const begin = () =>
      page.evaluateHandle(async () => {
        const { body } = await fetch('/ticks', { headers: { accept: 'application/x-ndjson' } })
        const reader = (body as ReadableStream<Uint8Array>).getReader()
        await reader.read()
        return reader
      })
    const reader = await begin()
    assert.deepEqual(heard.aborted, [])
    await reader.evaluate((mine) => mine.cancel())
    await eventually(() => heard.aborted.length === 1, 'The end of the first')
    await begin()
    await page.close()
    await eventually(() => heard.aborted.length === 2, 'The end of the second')
  })
})
