import type { AddressInfo } from 'node:net'
import express, { type NextFunction, type Request, type Response } from 'express'
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

const app = express()
app.disable('x-powered-by')
// A hash of each body, which nobody else makes. Tags that a route sets are compared all the same.
app.disable('etag')

app.get('/api/data', (_request, response) => {
  response.json(greet())
})

app.get('/users/:userId', (request, response) => {
  const store = openStore(openTenant())
  response.json(findUser(store, findViewer(store), request.params.userId))
})

app.post('/items', express.json(), (request, response) => {
  const checked = Item.safeParse(request.body)
  if (checked.success) response.status(201).json(checked.data)
  else response.status(422).json({ error: 'not an item' })
})

// `send` answers If-None-Match by itself.
app.get('/etag', (_request, response) => {
  response.set('ETag', '"v1"').json(greet())
})

app.get('/list', (_request, response) => {
  response.json(entries)
})

app.get('/accounts/:accountId', checkToken, (request, response) => {
  const type = request.accepts(['application/json', 'text/html'])
  if (type !== 'application/json' && type !== 'text/html') return void response.sendStatus(406)
  const store = openStore(openTenant())
  const account = findAccount(store, String(request.params.accountId))
  if (account === undefined) return void response.sendStatus(404)
  const etag = tagOf(account.version, type)
  if (ifMatchFails(request.get('if-match'), etag)) return void response.sendStatus(412)
  response.set('ETag', etag).vary('Accept')
  const view = viewAccount(account, store, findViewer(store))
  if (type === 'text/html') response.type('html').send(pageOf(view))
  else response.json(view)
})

for (const path of furtherRoutes) {
  app.get(path, (_request, response) => {
    response.json(greet())
  })
}

const server = app.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))

function checkToken(request: Request, response: Response, next: NextFunction): void {
  const token = bearerToken(request.get('authorization'))
  if (token !== undefined && isKnownToken(token)) next()
  else response.set('WWW-Authenticate', 'Bearer').sendStatus(401)
}
