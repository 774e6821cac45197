import 'reflect-metadata'
import fastifyAccepts from '@fastify/accepts'
import {
  Body,
  Controller,
  Get,
  Headers,
  HttpException,
  Inject,
  Module,
  NotFoundException,
  Param,
  Post,
  PreconditionFailedException,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { entries, findAccount, findUser, greet, pageOf, viewAccount } from '../domain.ts'
import { announce } from './announce.ts'
import { ifMatchFails, isKnownToClient, tagOf } from './by-hand.ts'
import { furtherRoutes } from './further-routes.ts'
import { decorate, decorateConstructor, decorateParameters } from './nest-decorate.ts'
import { ItemPipe, Stores, Tenants, TokenGuard, Viewers } from './nest-services.ts'

class BenchController {
  readonly #stores: Stores
  readonly #viewers: Viewers

  constructor(stores: Stores, viewers: Viewers) {
    this.#stores = stores
    this.#viewers = viewers
  }

  showData() {
    return greet()
  }

  showUser(userId: string) {
    const store = this.#stores.open()
    return findUser(store, this.#viewers.find(store), userId)
  }

  addItem(item: unknown) {
    return item
  }

  showTagged(known: string | undefined, reply: FastifyReply) {
    reply.header('etag', '"v1"')
    if (known !== '"v1"') return greet()
    reply.status(304)
    return undefined
  }

  showList() {
    return entries
  }

  // @fastify/etag could only be registered for all routes here, and would hash each of their answers.
  showAccount(accountId: string, request: FastifyRequest, reply: FastifyReply) {
    const type = request.accepts().type(['application/json', 'text/html'])
    if (type !== 'application/json' && type !== 'text/html') throw new HttpException('Not Acceptable', 406)
    const store = this.#stores.open()
    const account = findAccount(store, accountId)
    if (account === undefined) throw new NotFoundException()
    const etag = tagOf(account.version, type)
    const { headers } = request
    if (ifMatchFails(headers['if-match'], etag)) throw new PreconditionFailedException()
    reply.header('etag', etag).header('vary', 'Accept')
    if (isKnownToClient(headers['if-none-match'], etag)) {
      reply.status(304)
      return undefined
    }
    const view = viewAccount(account, store, this.#viewers.find(store))
    if (type === 'application/json') return view
    reply.type('text/html; charset=utf-8')
    return pageOf(view)
  }

  showFurther() {
    return greet()
  }
}

const passThrough = Res({ passthrough: true })

Controller()(BenchController)
decorateConstructor(BenchController, Inject(Stores), Inject(Viewers))
decorate(BenchController, 'showData', Get('/api/data'))
decorate(BenchController, 'showUser', Get('/users/:userId'))
decorateParameters(BenchController, 'showUser', Param('userId'))
decorate(BenchController, 'addItem', Post('/items'))
decorateParameters(BenchController, 'addItem', Body(new ItemPipe()))
decorate(BenchController, 'showTagged', Get('/etag'))
decorateParameters(BenchController, 'showTagged', Headers('if-none-match'), passThrough)
decorate(BenchController, 'showList', Get('/list'))
decorate(BenchController, 'showAccount', Get('/accounts/:accountId'), UseGuards(TokenGuard))
decorateParameters(BenchController, 'showAccount', Param('accountId'), Req(), passThrough)
if (furtherRoutes.length > 0) decorate(BenchController, 'showFurther', Get([...furtherRoutes]))

class BenchModule {}
Module({ controllers: [BenchController], providers: [Tenants, Stores, Viewers, TokenGuard] })(BenchModule)

const app = await NestFactory.create<NestFastifyApplication>(BenchModule, new FastifyAdapter(), {
  logger: false,
})
await app.register(fastifyAccepts)
await app.listen(0, '127.0.0.1')
announce(Number(new URL(await app.getUrl()).port))
