import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type PipeTransform,
  UnauthorizedException,
  UnprocessableEntityException,
} from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findViewer, isKnownToken, openStore, openTenant } from '../domain.ts'
import { Item } from '../item.ts'
import { bearerToken } from './by-hand.ts'
import { decorateConstructor } from './nest-decorate.ts'

// One of each in the process, as Nest advises: providers in the scope of a request make the controllers anew
// each time. What the request needs is opened by their methods.

export class Tenants {
  open() {
    return openTenant()
  }
}
Injectable()(Tenants)

export class Stores {
  readonly #tenants: Tenants

  constructor(tenants: Tenants) {
    this.#tenants = tenants
  }

  open() {
    return openStore(this.#tenants.open())
  }
}
Injectable()(Stores)
decorateConstructor(Stores, Inject(Tenants))

export class Viewers {
  find(store: ReturnType<Stores['open']>) {
    return findViewer(store)
  }
}
Injectable()(Viewers)

/** Lets pass who has a known token. */
export class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp()
    const token = bearerToken(http.getRequest<FastifyRequest>().headers.authorization)
    if (token !== undefined && isKnownToken(token)) return true
    http.getResponse<FastifyReply>().header('www-authenticate', 'Bearer')
    throw new UnauthorizedException()
  }
}
Injectable()(TokenGuard)

/** The pipe that the documentation of Nest shows for zod. */
export class ItemPipe implements PipeTransform {
  transform(value: unknown): ReturnType<typeof Item.parse> {
    const checked = Item.safeParse(value)
    if (checked.success) return checked.data
    throw new UnprocessableEntityException()
  }
}
