import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, html, RestApplication } from 'restmachine'
import { afterAll, assert, beforeAll, it } from 'vitest'
import { describeWithBrowser, fetchIn, openPage } from './browser.ts'
import { type Watched, watched } from './watched.ts'

const SECONDS = 600
const RATE = 8_000
const sound = join(tmpdir(), `restmachine-${process.pid}.wav`)
const bytes = wave(SECONDS)

/** Silence, as a wave file of one channel and 8 bits. */
function wave(seconds: number): Buffer {
  const length = seconds * RATE
  const head = Buffer.from('RIFF____WAVEfmt ____________________data____')
  head.writeUInt32LE(36 + length, 4)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.writeUInt32LE(length, 40)
  return Buffer.concat([head, Buffer.alloc(length, 128)])
}

function serve(): Promise<Watched> {
  return watched(
    new RestApplication()
      .securityHeaders()
      .get('/', () => html`<audio src="/sound" preload="metadata"></audio>`)
      .get('/save', ({ queryParams }) =>
        file(sound, { disposition: 'attachment', filename: queryParams.get('name') ?? '' }),
      )
      .get('/sound', () => file(sound)),
  )
}

describeWithBrowser('a file', () => {
  beforeAll(() => writeFile(sound, bytes))
  afterAll(() => rm(sound))

  it.each([
    ['Grüße aus Köln.wav', 'Grüße aus Köln.wav'],
    ['日本語 "1" 100%.wav', '日本語 _1_ 100%.wav'],
    ["a;b, c=d'e.wav", "a;b, c=d'e.wav"],
    ['a/../b\\c.wav', 'a_.._b_c.wav'],
  ])('is saved under the name %s', async (name, expected) => {
    const { url } = await serve()
    const page = await openPage()
    await page.goto(url)
    const save = page.evaluate(
      (href) => {
        Object.assign(document.createElement('a'), { href }).click()
      },
      `/save?name=${encodeURIComponent(name)}`,
    )
    const [download] = await Promise.all([page.waitForEvent('download'), save])
    assert.equal(download.suggestedFilename(), expected)
    assert.isTrue((await readFile(await download.path())).equals(bytes))
  })

  it('is had in parts by a script', async () => {
    const { url } = await serve()
    const page = await openPage()
    await page.goto(url)
    const { status, text, headers } = await fetchIn(page, '/sound', { headers: { range: 'bytes=0-3' } })
    assert.equal(status, 206)
    assert.equal(text, 'RIFF')
    assert.equal(headers['content-range'], `bytes 0-3/${bytes.length}`)
    const beyond = await fetchIn(page, '/sound', { headers: { range: `bytes=${bytes.length}-` } })
    assert.equal(beyond.status, 416)
  })

  it('is played from the middle without all that goes before', async () => {
    const { url, asked, answered } = await serve()
    const page = await openPage()
    await page.goto(url)
    const time = await page.evaluate(async (to) => {
      const audio = document.querySelector('audio') as HTMLAudioElement
      const until = (event: string): Promise<Event> =>
        new Promise((resolve, reject) => {
          audio.addEventListener(event, resolve, { once: true })
          audio.addEventListener('error', () => reject(new Error(audio.error?.message)), { once: true })
        })
      if (audio.readyState < HTMLMediaElement.HAVE_METADATA) await until('loadedmetadata')
      const seeked = until('seeked')
      audio.currentTime = to
      await seeked
      return { duration: audio.duration, current: audio.currentTime }
    }, SECONDS - 10)
    assert.deepEqual(time, { duration: SECONDS, current: SECONDS - 10 })
    assert.isTrue(answered('/sound').every((status) => status === 206))
    const first = Number(/^bytes=(\d+)-/.exec(asked('/sound').at(-1)?.headers.range ?? '')?.[1])
    assert.isAbove(first, bytes.length / 2)
  })
})
