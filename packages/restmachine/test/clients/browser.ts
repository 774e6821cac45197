import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'

const MISSING = 'there is no browser for this machine; CHROMIUM=/path/to/chromium names one'
const isThere = process.env.CHROMIUM !== undefined || (process.platform === 'linux' && process.arch === 'x64')

// Those of @sparticuz/chromium itself turn the protection of the web off, and with it what is tested here.
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]
/** Unpacking takes 2 to 10 s, the first time. */
const START_TIME = 60_000

let browser: Browser | undefined

/** Tests with one browser: skipped, with the mend in their name, where there is none, but never by a build server. */
export function describeWithBrowser(name: string, tests: () => void): void {
  if (!isThere && process.env.CI === undefined) {
    describe.skip(`${name} (${MISSING})`, tests)
    return
  }
  describe(name, () => {
    beforeAll(async () => {
      // Without a locale the browser knows no file names beyond ASCII.
      const env = { ...process.env, LC_ALL: 'C.UTF-8' }
      browser = await chromium.launch({ executablePath: await findChromium(), args: ARGUMENTS, env })
    }, START_TIME)
    afterAll(() => browser?.close())
    tests()
  })
}

/** A page with a profile of its own: no cookies, nothing cached. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  if (browser === undefined) throw new Error('There is no browser: open pages within describeWithBrowser')
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  return page
}

/** What a page is to fetch, as far as it can be told to the browser. */
export interface FetchInit extends Pick<RequestInit, 'method' | 'credentials' | 'mode' | 'cache'> {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a script of a page got from `fetch`. */
export interface Fetched {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  /** What `fetch` failed with, such as `TypeError`. */
  readonly failure: string | undefined
}

/** Has the page fetch something. */
export function fetchIn(page: Page, url: string, init: FetchInit = {}): Promise<Fetched> {
  return page.evaluate(
    async ([address, how]) => {
      try {
        const response = await fetch(address, how)
        const headers = Object.fromEntries(response.headers)
        return { status: response.status, text: await response.text(), headers, failure: undefined }
      } catch (error) {
        return { status: 0, text: '', headers: {}, failure: (error as Error).name }
      }
    },
    [url, init] as const,
  )
}

async function findChromium(): Promise<string> {
  if (process.env.CHROMIUM !== undefined) return process.env.CHROMIUM
  if (!isThere) throw new Error(`Cannot start a browser: ${MISSING}`)
  const folder = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../..')
  // Beside what was packed, so that it goes when another version comes.
  const path = join(folder, 'unpacked/chromium')
  if (!existsSync(path)) await unpack(join(folder, 'bin/chromium.br'), path)
  return path
}

// Several processes may come here at once: each unpacks for itself, and the last one to be ready wins.
async function unpack(packed: string, path: string): Promise<void> {
  const unfinished = `${path}-${randomUUID()}`
  await mkdir(dirname(path), { recursive: true })
  try {
    const target = createWriteStream(unfinished, { mode: 0o755 })
    await pipeline(createReadStream(packed), createBrotliDecompress(), target)
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
}
