import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert, beforeAll, describe, it } from 'vitest'
import { compile, createProject } from './compiler.ts'

const home = fileURLToPath(new URL('../../', import.meta.url))

const app = `
import { challenge, HttpError, html, inject, RestApplication, Router, respond, retryAfter } from 'restmachine'

export interface User { readonly id: string; readonly name: string }
const users = new Map<string, User>()

export const router = new Router<{ readonly users: Map<string, User> }>()
  .dependency('first', ({ users }) => [...users.values()][0])
  .get('/', ({ first }) => first)

export const app = new RestApplication({ handlerTimeout: '5s' })
  .onStartup('users', function* () { yield users })
  .onStartup('started', async () => new Date())
  .dependency('rates', () => new Map<string, number>(), { ttl: '5m' })
  .dependency('clock', inject(['logger'], ({ logger }) => ({ now: () => logger.info('asked') })))
  .authorized('caller', ({ requestHeaders }) => requestHeaders.get('authorization') ?? challenge('Bearer'))
  .resource('/users/{userId}', (user) => user
    .resourceExists('user', ({ users, userId }) => users.get(userId))
    .etag(({ user }) => user.name)
    .get(({ user }) => user, { provides: { 'text/html': ({ result }) => html\`<b>\${result.name}</b>\` } }))
  .post('/users', ({ parsedBody }) => respond(parsedBody, 201))
  .handlesError('all', ({ exception }) => exception instanceof HttpError ? exception.detail : undefined)
  .mount('/first', router)

export const tested = app.with({ started: new Date(0) })
export const explained = app.explain(new Request('http://localhost/'))
export const list = app.routes
export const show = inject(['userId'], ({ userId }: { readonly userId: string }) => ({ userId }))
export const answer = respond({ id: 1 }, 201)
export const page = html\`<p>\`
export const refusal = challenge('Basic')
export const later = retryAfter(1)
export function addTime<Session, Provided>(other: RestApplication<Session, Provided>) {
  return other.dependency('time', () => new Date()).authorized('guest', () => 'guest' as const)
}
export const timed = addTime(app)

export const { get, resource } = app
export default app
`

const user = `
import { app, resource, tested, timed } from './app.mjs'

app.get('/more/{id}', ({ users, caller, id, clock }) => [users.get(id), caller.length, clock.now()])
timed.get('/time', ({ time, guest, users }) => [time.getTime(), guest.length, users.size])
resource('/{id}', (user) => user.get(({ id, users }) => users.get(id)))
tested.onShutdown(({ started, rates }) => [started.getTime(), rates.size])
`

const OPTIONS = {
  lib: ['es2023', 'dom'],
  types: [],
  paths: {},
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: false,
  declaration: true,
  emitDeclarationOnly: true,
  outDir: 'out',
}

describe('the declarations of the package', () => {
  let built: string
  beforeAll(async () => {
    built = dirname(createProject('package', {}))
    const options = ['--outDir', join(built, 'dist'), '--emitDeclarationOnly', '--noEmitOnError', 'false']
    await compile(join(home, 'tsconfig.build.json'), ...options)
  }, 60_000)

  it.each([
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'esnext', moduleResolution: 'bundler' },
  ])(
    'hold in a strict program without the types of Node, and let it declare its own ($moduleResolution)',
    async (way) => {
      const project = createProject(
        way.moduleResolution,
        { 'app.mts': app, 'user.mts': user },
        { ...OPTIONS, ...way },
      )
      const folder = dirname(project)
      const installed = join(folder, 'node_modules/restmachine')
      mkdirSync(installed, { recursive: true })
      cpSync(join(built, 'dist'), join(installed, 'dist'), { recursive: true })
      cpSync(join(home, 'package.json'), join(installed, 'package.json'))

      assert.deepEqual((await compile(project)).errors, [])
      const declared = readFileSync(join(folder, 'out/app.d.mts'), 'utf8')
      assert.notMatch(declared, /import\((?!"restmachine"\))/)
      assert.notMatch(declared, /\bany\b/)
    },
    60_000,
  )
})
