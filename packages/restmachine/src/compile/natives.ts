import type { Run } from '../decisions/run.ts'
import { credentialsOf } from '../http/credentials.ts'
import type { MediaType } from '../http/media-type.ts'
import type { NativeProvider } from '../injection/provider.ts'
import { isThenable } from '../injection/thenable.ts'
import { createNonce } from '../policies/csp-nonce.ts'
import { createRequestId, traceHeadersOf, traceIdOf } from '../policies/ids.ts'
import { Answer } from '../representation/answer.ts'
import { checkType, isOf, refuseType } from '../representation/content.ts'
import { cookiesOf } from '../representation/cookies.ts'
import { parseForm } from '../representation/form.ts'
import { createFormFields } from '../representation/form-fields.ts'
import { parseJson } from '../representation/json.ts'
import { type MultipartBody, parseMultipart } from '../representation/multipart.ts'
import { ResponseHeaders } from '../representation/response-headers.ts'
import { lastEventIdOf } from '../representation/server-sent-events.ts'
import { decodeText } from '../representation/text.ts'
import { RequestTasks } from '../tasks/request-tasks.ts'
import type { TaskQueue } from '../tasks/task-queue.ts'
import { RequestHeaders, RestRequest } from './request.ts'

type Reader = (run: Run) => unknown

/** The values that the framework itself gives to every request. */
const readers: Readonly<Record<string, Reader>> = {
  request: (run) => new RestRequest(run),
  pathParams: ({ pathValues }) => pathValues,
  queryParams: ({ exchange }) => new URLSearchParams(exchange.query),
  requestHeaders: ({ exchange }) => new RequestHeaders(exchange),
  responseHeaders: (run) => (run.responseHeaders ??= new ResponseHeaders()),
  signal: ({ signal }) => signal,
  requestId: () => createRequestId(),
  cookies: ({ exchange }) => cookiesOf(exchange),
  credentials: ({ exchange }) => credentialsOf(exchange),
  language: ({ language }) => language,
  preferences: ({ preferences }) => preferences,
  lastEventId: ({ exchange }) => lastEventIdOf(exchange),
  cspNonce: () => createNonce(),
  traceId: ({ exchange, timings }) => timings?.span?.traceId ?? traceIdOf(exchange),
  body: bodyStream,
  bytesBody: bytesOf,
  textBody: (run) => readText(run, undefined, asItIs),
  jsonBody: (run) => readText(run, 'application/json', parseText),
  formBody: (run) => readText(run, 'application/x-www-form-urlencoded', parseForm),
  multipartBody: multipartOf,
  parsedBody: parsedOf,
}

/** Values that only some functions can ask for. */
const stageReaders: Readonly<Record<string, Reader>> = {
  result: ({ result }) => (result instanceof Answer ? result.body : result),
  exception: (run) => run.failure,
}

/** What some values need beside the request. */
export interface NativeSurroundings {
  readonly tasks: TaskQueue
  /** The id of the request, as the route makes it. */
  readonly requestId: (run: Run) => unknown
  /** The id of its trace, as the route makes it. */
  readonly traceId: (run: Run) => unknown
}

/** Values that need more than the request. */
const surroundedReaders: Readonly<Record<string, (surroundings: NativeSurroundings) => Reader>> = {
  traceHeaders: ({ traceId }) => {
    return (run) => {
      const carried = run.timings?.span?.carried()
      if (carried !== undefined) return carried
      const id = traceId(run)
      return isThenable(id)
        ? id.then((later) => traceHeadersOf(run.exchange, later))
        : traceHeadersOf(run.exchange, id)
    }
  },
  backgroundTasks: ({ tasks, requestId }) => {
    return (run) =>
      new RequestTasks(tasks, {
        route: run.facts.label,
        requestId: () => requestId(run),
        waitUntil: run.exchange.waitUntil,
      })
  },
}

/** The provider of a native value; `result` and `exception` only where `stage` names them. */
export function findNative(
  name: string,
  stage: 'result' | 'exception' | undefined,
  surroundings: NativeSurroundings,
): NativeProvider<Run> | undefined {
  const read = readerOf(name, stage, surroundings)
  return read === undefined ? undefined : { source: 'native', name, read }
}

function readerOf(
  name: string,
  stage: 'result' | 'exception' | undefined,
  surroundings: NativeSurroundings,
): Reader | undefined {
  if (Object.hasOwn(readers, name)) return readers[name]
  if (Object.hasOwn(surroundedReaders, name)) return surroundedReaders[name]?.(surroundings)
  return name === stage ? stageReaders[name] : undefined
}

/** The names of the native values, for advice and for refusing them to users. */
export const nativeNames: readonly string[] = [readers, surroundedReaders, stageReaders].flatMap(Object.keys)

/** A value of the path, under its own name. */
export function pathNative(name: string): NativeProvider<Run> {
  return { source: 'native', name, read: ({ pathValues }) => pathValues[name] }
}

function bytesOf({ exchange, facts }: Run): Uint8Array | Promise<Uint8Array> {
  return exchange.content.bytes(facts.limits.content)
}

function readText<Value>(
  run: Run,
  type: string | undefined,
  read: (text: string) => Value,
): Value | Promise<Value> {
  if (!run.exchange.content.announced) return read('')
  const bytes = bytesOf(run)
  if (bytes instanceof Uint8Array) return decode(run, type, bytes, read)
  return bytes.then((later) => decode(run, type, later, read))
}

function decode<Value>(
  run: Run,
  type: string | undefined,
  bytes: Uint8Array,
  read: (text: string) => Value,
): Value {
  // Present but empty is as good as absent.
  if (bytes.length === 0) return read('')
  if (type !== undefined) checkType(run.mediaType, type)
  return read(decodeText(bytes, run.mediaType?.parameters.get('charset')))
}

function parseText(text: string): unknown {
  return text === '' ? undefined : parseJson(text)
}

function asItIs(text: string): string {
  return text
}

async function bodyStream(run: Run): Promise<ReadableStream<Uint8Array>> {
  const { exchange, facts } = run
  if (!facts.accepts.buffered) return exchange.content.stream(facts.limits.content)
  return streamOf(await bytesOf(run))
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes)
      controller.close()
    },
  })
}

async function multipartOf(run: Run): Promise<MultipartBody> {
  const { mediaType, exchange } = run
  if (!exchange.content.announced)
    return { fields: createFormFields(), files: [], dispose: async () => undefined }
  checkType(mediaType, 'multipart/form-data')
  const body = await parseMultipart(await bodyStream(run), mediaType as MediaType)
  closeWith(run, body)
  return body
}

// Files that went to disk are deleted with everything else the request opened.
function closeWith(run: Run, body: MultipartBody): void {
  async function* files(): AsyncGenerator<MultipartBody> {
    try {
      yield body
    } finally {
      await body.dispose()
    }
  }
  const generator = files()
  void generator.next()
  const opening = { name: 'multipartBody', generator, close: 'after-response' as const }
  if (run.closeLate === undefined) (run.opened ??= []).push(opening)
  else run.closeLate(opening)
}

function parsedOf(run: Run): unknown {
  const { mediaType, facts } = run
  if (mediaType === null || !run.exchange.content.announced) return undefined
  const { parsers } = facts.accepts
  const isJson = isOf(mediaType, 'application/json')
  const parse = parsers.get(mediaType.essence) ?? (isJson ? parsers.get('application/json') : undefined)
  return parse === undefined ? refuseType(mediaType, [...parsers.keys()]) : parse(run)
}

const BUILT_IN_TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]

/** What reads content of a type (without parameters) when nobody declares it: JSON in all its kinds, forms, text. */
export function builtInParser(type: string): Reader | undefined {
  if (type === 'application/json' || type.endsWith('+json'))
    return (run) => readText(run, undefined, parseText)
  if (type === 'application/x-www-form-urlencoded') return (run) => readText(run, undefined, parseForm)
  if (type === 'multipart/form-data') return multipartOf
  return type.startsWith('text/') ? (run) => readText(run, undefined, asItIs) : undefined
}

/** What `parsedBody` reads where nobody says otherwise. */
export const builtInParsers: ReadonlyMap<string, Reader> = new Map(
  BUILT_IN_TYPES.map((type) => [type, builtInParser(type) as Reader]),
)
