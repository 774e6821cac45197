import accepts from '@fastify/accepts'
import etag from '@fastify/etag'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import {
  findAccount,
  findViewer,
  isKnownToken,
  openStore,
  openTenant,
  pageOf,
  viewAccount,
} from '../domain.ts'
import { bearerToken, ifMatchFails, tagOf } from './by-hand.ts'

/** GET /accounts/{accountId} with the plugins of Fastify, in a scope of its own: its hooks cost other routes nothing. */
export function accountRoutes(options: RouteShorthandOptions) {
  return async (scope: FastifyInstance): Promise<void> => {
    await scope.register(accepts)
    // It keeps a tag that is there, and answers If-None-Match.
    await scope.register(etag)
    scope.get<{ Params: { accountId: string } }>(
      '/accounts/:accountId',
      { ...options, onRequest: checkToken },
      (request, reply) => {
        const type = request.accepts().type(['application/json', 'text/html'])
        if (type !== 'application/json' && type !== 'text/html') return refuse(reply, 406)
        const store = openStore(openTenant())
        const account = findAccount(store, request.params.accountId)
        if (account === undefined) return refuse(reply, 404)
        const tag = tagOf(account.version, type)
        if (ifMatchFails(request.headers['if-match'], tag)) return refuse(reply, 412)
        reply.header('etag', tag).header('vary', 'Accept')
        const view = viewAccount(account, store, findViewer(store))
        if (type === 'text/html') reply.type('text/html; charset=utf-8').send(pageOf(view))
        else reply.send(view)
      },
    )
  }
}

function checkToken(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const token = bearerToken(request.headers.authorization)
  if (token !== undefined && isKnownToken(token)) done()
  else reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'who?' })
}

function refuse(reply: FastifyReply, status: number): void {
  reply.code(status).send({ error: 'refused' })
}
