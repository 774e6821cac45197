import { type Injectable, readInjectable } from '../injection/injectable.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import { callerPlace } from '../injection/place.ts'
import { checkOpen, type DependencyOptions, declareParser, declareProvider, readDeclared } from './declare.ts'
import type { Yielded } from './given.ts'
import type { Builder, Kind } from './kind.ts'
import { layerOf } from './layered.ts'
import { PoliciesBuilder } from './policies-builder.ts'
import { checker, type StandardSchema, sourceOf } from './standard-schema.ts'

/**
 * What an application, a router and a resource have in common: providers, decisions, representations
 * and policies. Each call gives the builder back; those that add a name give it back with that name.
 */
export abstract class LayerBuilder<Which extends Kind, Session, Provided> extends PoliciesBuilder<
  Which,
  Session,
  Provided
> {
  /**
   * Provides a value under a name. It is made once in a request, when somebody who is reached asks for
   * it; a generator yields it and goes on when the request is over, also when the handler threw.
   *
   * @param name What functions destructure.
   * @param provider Makes the value; it may ask for other names.
   * @param options Scope (default `request`), time to live, time of closing.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication()
   *   .dependency('clock', () => ({ now: () => 42 }))
   *   .get('/time', ({ clock }) => ({ time: clock.now() }))
   * const response = await app.fetch(new Request('http://localhost/time'))
   * // response.status === 200
   * ```
   */
  dependency<Name extends string, Result>(
    name: Name,
    provider: (given: Session) => Result,
    options: DependencyOptions &
      ({ readonly scope: 'session' } | { readonly ttl: NonNullable<DependencyOptions['ttl']> }),
  ): Builder<Which, Session & Record<Name, Yielded<Result>>, Provided & Record<Name, Yielded<Result>>>
  dependency<Name extends string, Result>(
    name: Name,
    provider: (given: Provided) => Result,
    options?: DependencyOptions,
  ): Builder<Which, Session, Provided & Record<Name, Yielded<Result>>>
  dependency(name: string, fn: AnyFunction, options: DependencyOptions = {}): unknown {
    const place = callerPlace(this.dependency)
    declareProvider(layerOf(this), { label: `dependency "${name}"`, name, fn, options, place })
    return this
  }

  /**
   * Provides a value that a schema has checked: 422 with the list of faults when it does not hold.
   *
   * @param name What functions destructure.
   * @param schema Any Standard Schema: zod, valibot, arktype …
   * @param source Gives the value to check.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   * import { z } from 'zod'
   *
   * const app = new RestApplication()
   *   .validates('newUser', z.object({ name: z.string() }), ({ jsonBody }) => jsonBody)
   *   .post('/users', ({ newUser }) => newUser)
   * const response = await app.fetch(
   *   new Request('http://localhost/users', {
   *     method: 'POST',
   *     headers: { 'content-type': 'application/json' },
   *     body: '{}',
   *   }),
   * )
   * // response.status === 422
   * ```
   *
   * @see RFC 9110 §15.5.21
   */
  validates<Name extends string, Output>(
    name: Name,
    schema: StandardSchema<Output>,
    source: (given: Provided) => unknown,
  ): Builder<Which, Session, Provided & Record<Name, Output>> {
    const place = callerPlace(this.validates)
    const label = `validates "${name}"`
    const { needs } = readInjectable(source, label, place)
    const refine = checker(schema, sourceOf(needs))
    declareProvider(layerOf(this), { label, name, fn: source, place, refine })
    return this as Builder<Which, Session, Provided & Record<Name, Output>>
  }

  /** How results are written as a media type; `false` takes the type of an outer layer away. RFC 9110 §12. */
  provides(
    type: string,
    renderer: ((given: Provided & { readonly result: unknown }) => unknown) | false,
  ): this {
    checkOpen(layerOf(this), `provides "${type}"`)
    const place = callerPlace(this.provides)
    const render = renderer === false ? false : readInjectable(renderer, `provides "${type}"`, place)
    layerOf(this).renderers.set(type, render)
    return this
  }

  /**
   * How content of a media type is read, for `parsedBody`. An application's and a router's types are added to JSON,
   * forms, `multipart/form-data` and `text/plain`; those of a resource and its routes are the whole list: 415 else.
   *
   * @param type The media type, such as `text/csv`.
   * @param parser Reads the content; `true` reads it as the layers around do, or as it is read without any; `false`
   *   takes a type of theirs, or a built-in one, away.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication()
   *   .accepts('text/csv', ({ textBody }) => textBody.split(','))
   *   .post('/names', ({ parsedBody }) => parsedBody)
   * const headers = { 'content-type': 'text/csv' }
   * const request = new Request('http://localhost/names', { method: 'POST', headers, body: 'Ada,Grace' })
   * const names = await (await app.fetch(request)).json()
   * // names === ['Ada', 'Grace']
   * ```
   *
   * @see RFC 9110 §15.5.16
   */
  accepts(type: string, parser: ((given: Provided) => unknown) | boolean): this {
    const label = `accepts "${type}"`
    checkOpen(layerOf(this), label)
    declareParser(layerOf(this), type, parser, label, callerPlace(this.accepts))
    return this
  }

  /**
   * Writes errors: those of one status, of several, or all. The most specific status wins, then the
   * innermost layer, then the type the client wants.
   *
   * @param statuses A status, several, or `'all'`.
   * @param handler Gives the body; `undefined` leaves the problem as it is.
   * @param options `provides`: the media type it writes.
   */
  handlesError(
    statuses: number | readonly number[] | 'all',
    handler: (given: Provided & { readonly exception: unknown }) => unknown,
    { provides }: { readonly provides?: string } = {},
  ): this {
    const list = statuses === 'all' ? [] : [statuses].flat()
    const handle = this.#read(handler, `handlesError ${String(statuses)}`, this.handlesError)
    layerOf(this).errorHandlers.push({ statuses: list, type: provides, handle })
    return this
  }

  #read(fn: AnyFunction, label: string, caller: AnyFunction): Injectable {
    return readDeclared(layerOf(this), label, fn, callerPlace(caller))
  }
}
