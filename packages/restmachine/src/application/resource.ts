import type { AnyFunction } from '../injection/parameters.ts'
import { callerPlace } from '../injection/place.ts'
import { declareRoute } from './declare.ts'
import type { Kind } from './kind.ts'
import { LayerBuilder } from './layer-builder.ts'
import { layerOf } from './layered.ts'
import type { RouteOptions } from './route-options.ts'

/** Goes on with a resource. */
interface ResourceKind extends Kind {
  readonly builder: Resource<this['session'], this['provided']>
}

/** What stands at one path: a handler for each method, and the decisions they share. */
export class Resource<Session, Provided> extends LayerBuilder<ResourceKind, Session, Provided> {
  /** Answers GET, and HEAD with it (RFC 9110 §9.3.1). */
  get<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('GET', handler, options, this.get)
  }

  /** Answers POST (RFC 9110 §9.3.3). */
  post<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('POST', handler, options, this.post)
  }

  /** Answers PUT (RFC 9110 §9.3.4). */
  put<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('PUT', handler, options, this.put)
  }

  /** Answers PATCH (RFC 5789). */
  patch<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('PATCH', handler, options, this.patch)
  }

  /** Answers DELETE (RFC 9110 §9.3.5). */
  delete<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('DELETE', handler, options, this.delete)
  }

  /** Answers HEAD in place of GET's handler (RFC 9110 §9.3.2). */
  head<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('HEAD', handler, options, this.head)
  }

  /** Answers OPTIONS in place of the framework (RFC 9110 §9.3.7). */
  options<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('OPTIONS', handler, options, this.options)
  }

  /** Answers QUERY (RFC 10008). */
  query<Result>(handler: (given: Provided) => Result, options?: RouteOptions<Provided, Result>): this {
    return this.#add('QUERY', handler, options, this.query)
  }

  /** Answers any method; on Node one of `METHODS` of `node:http`, others never come through its parser. */
  route<Result>(
    method: string,
    handler: (given: Provided) => Result,
    options?: RouteOptions<Provided, Result>,
  ): this {
    return this.#add(method, handler, options, this.route)
  }

  #add(method: string, handler: AnyFunction, options: object | undefined, caller: AnyFunction): this {
    declareRoute(layerOf(this), method, '/', handler, options, callerPlace(caller))
    return this
  }
}
