import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import Koa, { type Context, type Next } from 'koa'
import {
  entries,
  findAccount,
  findUser,
  findViewer,
  greet,
  isKnownToken,
  openStore,
  openTenant,
  pageOf,
  viewAccount,
} from '../domain.ts'
import { Item } from '../item.ts'
import { announce } from './announce.ts'
import { bearerToken, ifMatchFails, tagOf } from './by-hand.ts'
import { furtherRoutes } from './further-routes.ts'

const router = new Router()

router.get('/api/data', (context) => {
  context.body = greet()
})

router.get('/users/:userId', (context) => {
  const store = openStore(openTenant())
  context.body = findUser(store, findViewer(store), context.params.userId ?? '')
})

router.post('/items', async (context) => {
  const checked = Item.safeParse(await readJson(context.req))
  context.status = checked.success ? 201 : 422
  context.body = checked.success ? checked.data : { error: 'not an item' }
})

router.get('/etag', (context) => {
  answerTagged(context, '"v1"', greet)
})

router.get('/list', (context) => {
  context.body = entries
})

router.get('/accounts/:accountId', checkToken, (context) => {
  const type = context.accepts(['application/json', 'text/html'])
  if (type !== 'application/json' && type !== 'text/html') return context.throw(406)
  const store = openStore(openTenant())
  const account = findAccount(store, context.params.accountId ?? '')
  if (account === undefined) return context.throw(404)
  const etag = tagOf(account.version, type)
  if (ifMatchFails(context.req.headers['if-match'], etag)) context.throw(412)
  context.vary('Accept')
  answerTagged(context, etag, () => {
    const view = viewAccount(account, store, findViewer(store))
    return type === 'text/html' ? pageOf(view) : view
  })
})

for (const path of furtherRoutes) {
  router.get(path, (context) => {
    context.body = greet()
  })
}

const app = new Koa()
app.use(router.routes()).use(router.allowedMethods())
const server = app.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))

// `fresh` compares with the headers of the answer, and only where the status is 2xx.
function answerTagged(context: Context, etag: string, body: () => unknown): void {
  context.status = 200
  context.set('ETag', etag)
  if (context.fresh) context.status = 304
  else context.body = body()
}

function checkToken(context: Context, next: Next): Promise<unknown> {
  const token = bearerToken(context.req.headers.authorization)
  if (token !== undefined && isKnownToken(token)) return next()
  context.throw(401, { headers: { 'WWW-Authenticate': 'Bearer' } })
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}
