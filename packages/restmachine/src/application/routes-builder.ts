import { Layer } from '../declaration/layer.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import { callerPlace } from '../injection/place.ts'
import type { PathParameters } from '../routing/template.ts'
import { checkOpen, declareRoute } from './declare.ts'
import { declareFiles } from './files.ts'
import type { FilesGiven, FilesOptions } from './files-options.ts'
import type { Given } from './given.ts'
import type { Kind } from './kind.ts'
import { LayerBuilder } from './layer-builder.ts'
import { layerOf } from './layered.ts'
import { Resource } from './resource.ts'
import type { RouteOptions } from './route-options.ts'

/** What an application and a router have in common: routes at paths. */
export abstract class RoutesBuilder<Which extends Kind, Session, Provided> extends LayerBuilder<
  Which,
  Session,
  Provided
> {
  /**
   * Answers GET at a path, and HEAD with it.
   *
   * @param path A template: `{name}` takes one segment, `*name` at the end takes the rest.
   * @param handler Gives the result: data (200), nothing (204), `respond(…)`, or a web `Response`.
   * @param options What this route says about itself.
   *
   * @see RFC 9110 §9.3.1
   */
  get<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('GET', path, handler, options, this.get)
  }

  /** Answers POST at a path (RFC 9110 §9.3.3). */
  post<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('POST', path, handler, options, this.post)
  }

  /** Answers PUT at a path (RFC 9110 §9.3.4). */
  put<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('PUT', path, handler, options, this.put)
  }

  /** Answers PATCH at a path (RFC 5789). */
  patch<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('PATCH', path, handler, options, this.patch)
  }

  /** Answers DELETE at a path (RFC 9110 §9.3.5). */
  delete<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('DELETE', path, handler, options, this.delete)
  }

  /** Answers HEAD at a path in place of GET's handler (RFC 9110 §9.3.2). */
  head<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('HEAD', path, handler, options, this.head)
  }

  /** Answers OPTIONS at a path in place of the framework (RFC 9110 §9.3.7). */
  options<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('OPTIONS', path, handler, options, this.options)
  }

  /** Answers QUERY at a path (RFC 10008). */
  query<const Path extends string, Result>(
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add('QUERY', path, handler, options, this.query)
  }

  /**
   * Answers any method at a path.
   *
   * @param method The token, with regard to case (RFC 9110 §9.1). On Node the parser takes those of `METHODS`
   *   of `node:http`, and no others; the server refuses the rest with 501 before any route is asked.
   */
  route<const Path extends string, Result>(
    method: string,
    path: Path,
    handler: (given: Given<Provided> & PathParameters<Path>) => Result,
    options?: RouteOptions<Given<Provided> & PathParameters<Path>, Result>,
  ): this {
    return this.#add(method, path, handler, options, this.route)
  }

  /**
   * Declares what stands at one path: handlers by method, and the decisions, providers and
   * representations they share.
   *
   * @example
   * ```ts
   * import { RestApplication } from 'restmachine'
   *
   * const app = new RestApplication().resource('/notes/{noteId}', (note) =>
   *   note
   *     .resourceExists('text', ({ noteId }) => (noteId === '1' ? 'milk' : undefined))
   *     .etag(({ text }) => String(text.length))
   *     .get(({ text }) => ({ text }))
   *     .delete(() => undefined),
   * )
   * const response = await app.fetch(new Request('http://localhost/notes/1', { method: 'DELETE' }))
   * // response.status === 204
   * ```
   */
  resource<const Path extends string>(
    path: Path,
    build: (resource: Resource<Session, Given<Provided> & PathParameters<Path>>) => unknown,
  ): this {
    checkOpen(layerOf(this), `the resource ${path}`)
    const layer = new Layer('resource')
    layerOf(this).mounted.push({ prefix: path, layer, place: callerPlace(this.resource) })
    build(new Resource(layer))
    return this
  }

  /**
   * Serves the files of a directory: with validators, parts, types by their endings, and in the coding that the
   * client wants most among those that lie beside a file. A directory is its index, at the path with a slash at
   * the end; nothing lists it. Hidden files, and links that lead out of the directory, are 404.
   *
   * @param path Where the files are; a template, such as `/assets`.
   * @param directory A path, relative to the working directory, or a `file:` URL. It must be there when this is
   *   called.
   * @param options Index, fallback, codings, hidden files, caching, guards.
   *
   * @example
   * ```ts
   * import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
   * import { RestApplication } from 'restmachine'
   *
   * const directory = mkdtempSync('public-')
   * writeFileSync(`${directory}/site.css`, 'body { margin: 0 }')
   * const app = new RestApplication().files('/assets', directory, { cacheResponse: { maxAge: 3600 } })
   * const response = await app.fetch(new Request('http://localhost/assets/site.css'))
   * // response.headers.get('content-type') === 'text/css; charset=utf-8'
   * // response.headers.get('cache-control') === 'max-age=3600'
   * rmSync(directory, { recursive: true })
   * ```
   *
   * @see RFC 9110 §8.8, §12.5.3, §14
   */
  files<const Path extends string>(
    path: Path,
    directory: string | URL,
    options: FilesOptions<Given<Provided> & PathParameters<Path> & FilesGiven> = {},
  ): this {
    declareFiles(layerOf(this), path, directory, { ...options }, callerPlace(this.files))
    return this
  }

  #add(
    method: string,
    path: string,
    handler: AnyFunction,
    options: object | undefined,
    caller: AnyFunction,
  ): this {
    declareRoute(layerOf(this), method, path, handler, options, callerPlace(caller))
    return this
  }
}
