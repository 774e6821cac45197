import { isCodedOnTheWay, type RequestHeaders, type RestRequest } from '../compile/request.ts'
import { Layer } from '../declaration/layer.ts'
import { formatEntityTag } from '../http/entity-tag.ts'
import type { Place } from '../injection/place.ts'
import { type Answer, respond } from '../representation/answer.ts'
import type { FileBody } from '../representation/file.ts'
import type { ResponseHeaders } from '../representation/response-headers.ts'
import { createStaticFiles, type StaticFile, type StaticFound } from '../representation/static-files.ts'
import { openStaticRoot, type StaticRoot, StaticRootError } from '../representation/static-root.ts'
import { joinPaths } from '../routing/template.ts'
import { checkOpen, declareProvider, declareRoute } from './declare.ts'
import { type FaultReport, type FilesGiven, readFilesOptions } from './files-options.ts'

/** What finding the file asks for. */
interface LookGiven extends FilesGiven {
  readonly request: RestRequest
  readonly requestHeaders: RequestHeaders
  readonly responseHeaders: ResponseHeaders
}

/** What the decisions about the file ask for. */
interface Found {
  readonly foundFile: StaticFound
  readonly request: RestRequest
}

/**
 * Declares the files of a directory as a resource whose path has the rest as a parameter. Which file it is is found
 * out once in a request; all the decisions about it are those of the graph.
 */
export function declareFiles(
  layer: Layer,
  prefix: string,
  directory: string | URL,
  options: Readonly<Record<string, unknown>>,
  place: Place | undefined,
): void {
  const label = `files ${prefix}`
  checkOpen(layer, label)
  const mount = new Layer('resource')
  layer.mounted.push({ prefix: '/', layer: mount, place })
  const report: FaultReport = (message, ...lines) =>
    void mount.faults.push({ message: `${label}: ${message}`, lines, place })
  const root = openRoot(directory, report)
  const { settings, routeOptions } = readFilesOptions(options, root, report)
  const find = root === undefined ? async () => undefined : createStaticFiles(root, settings)

  async function look({
    filePath,
    request,
    requestHeaders,
    responseHeaders,
  }: LookGiven): Promise<StaticFound> {
    const found = await find({
      path: filePath,
      isDirectory: request.path.endsWith('/'),
      acceptEncoding: requestHeaders.get('accept-encoding') ?? undefined,
      isCodedOnTheWay: (contentType) => isCodedOnTheWay(request, contentType),
    })
    if (!isFile(found)) return found
    // On whatever becomes of it, 304 too (RFC 9110 §15.4.5).
    if (found.varies) responseHeaders.append('vary', 'accept-encoding')
    // There may be something at its path tomorrow.
    if (found.isFallback) responseHeaders.set('cache-control', 'no-cache')
    return found
  }
  declareProvider(mount, { label, name: 'foundFile', fn: look, place })
  declareRoute(mount, 'GET', joinPaths(prefix, '/*filePath'), send, { ...decisions, ...routeOptions }, place)
}

function openRoot(directory: string | URL, report: FaultReport): StaticRoot | undefined {
  try {
    return openStaticRoot(directory)
  } catch (error) {
    if (!(error instanceof StaticRootError)) throw error
    report(error.message, ...error.lines)
    return undefined
  }
}

const decisions = {
  // What Accept says of types is not asked: there is one file, of one type (RFC 9110 §12.5.1).
  skipContentNegotiation: true,
  resourceExists: ({ foundFile }: Found) => isFile(foundFile),
  movedPermanently: ({ foundFile, request }: Found) =>
    foundFile === 'directory' ? withSlash(request) : undefined,
  etag: ({ foundFile }: Found) => isFile(foundFile) && formatEntityTag(foundFile.body.etag),
  lastModified: ({ foundFile }: Found) => isFile(foundFile) && foundFile.body.lastModified,
}

function send({ foundFile }: Found): Answer<FileBody> | FileBody | undefined {
  if (!isFile(foundFile)) return undefined
  const { body, coding } = foundFile
  return coding === undefined ? body : respond(body, undefined, { 'content-encoding': coding })
}

function isFile(found: StaticFound): found is StaticFile {
  return typeof found === 'object'
}

/**
 * The same path with a slash behind it, relative to itself: it cannot lead to another host, whatever the path
 * begins with, and holds behind a proxy that serves it below another prefix.
 */
function withSlash({ path, target }: RestRequest): string {
  const query = target.indexOf('?')
  const last = encodeURIComponent(path.slice(path.lastIndexOf('/') + 1))
  return `./${last}/${query === -1 ? '' : target.slice(query)}`
}
