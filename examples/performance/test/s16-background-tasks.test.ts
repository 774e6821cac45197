import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { app } from '../s16-background-tasks.ts'
import { eventually, served } from './served.ts'

afterEach(() => vi.restoreAllMocks())

function addUser(url: string, email: string): Promise<Response> {
  const body = JSON.stringify({ name: 'Ada', email })
  return fetch(`${url}/users`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

async function sentFrom(url: string): Promise<readonly string[]> {
  return ((await (await fetch(`${url}/done`)).json()) as { readonly sent: readonly string[] }).sent
}

describe('S16: work in the background', () => {
  it('does not keep the response waiting', async () => {
    const sent: string[] = []
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const mailer = {
      sent,
      async send(to: string) {
        await gate
        sent.push(to)
      },
    }
    const { url } = await served(app.with({ mailer }))
    const created = await addUser(url, 'ada@example.com')
    expect([created.status, await created.json()]).toEqual([201, { name: 'Ada', email: 'ada@example.com' }])
    expect(sent).toEqual([])
    open()
    await eventually(() => sent.length === 1)
  })

  it('is told of when it fails, and the others go on', async () => {
    const told = vi.spyOn(console, 'error').mockReturnValue()
    const { url } = await served(app.with({}))
    expect((await addUser(url, 'nobody@example.invalid')).status).toBe(201)
    expect((await addUser(url, 'ada@example.com')).status).toBe(201)
    expect(await sentFrom(url)).toEqual(['ada@example.com: Welcome, Ada!'])
    expect(told.mock.calls).toEqual([
      [
        'The background task "sendWelcome" failed',
        {
          task: 'sendWelcome',
          route: 'POST /users',
          requestId: expect.stringMatching(/^[\da-f-]{36}$/),
          error: new Error('There is no mailbox nobody@example.invalid'),
        },
      ],
    ])
  })

  it('is not begun for a request that is refused', async () => {
    const { url } = await served(app.with({}))
    expect((await addUser(url, 'no address')).status).toBe(422)
    expect(await sentFrom(url)).toEqual([])
  })

  it('runs on a thread where it is much', async () => {
    const reports = mkdtempSync(join(tmpdir(), 'reports-'))
    onTestFinished(() => rmSync(reports, { recursive: true }))
    const { url } = await served(app.with({ reports }))
    const accepted = await fetch(`${url}/reports/100000`, { method: 'POST' })
    const { file } = (await accepted.json()) as { readonly file: string }
    expect([accepted.status, file.startsWith(reports)]).toEqual([202, true])
    await eventually(() => existsSync(file) && readFileSync(file, 'utf8') !== '')
    expect(readFileSync(file, 'utf8')).toBe('9592 primes below 100000\n')
  })

  it('is brought to its end when the server stops', async () => {
    const sent: string[] = []
    const mailer = {
      sent,
      async send(to: string) {
        await new Promise((resolve) => setTimeout(resolve, 200))
        sent.push(to)
      },
    }
    const serving = await served(app.with({ mailer }))
    await (await addUser(serving.url, 'ada@example.com')).text()
    expect(sent).toEqual([])
    await serving.close()
    expect(sent).toEqual(['ada@example.com'])
  })
})
