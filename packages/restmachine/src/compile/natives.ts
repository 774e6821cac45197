import type { Run } from '../decisions/run.ts'
import type { MediaType } from '../http/media-type.ts'
import type { NativeProvider } from '../injection/provider.ts'
import { createNonce } from '../policies/csp-nonce.ts'
import { createRequestId, traceIdOf } from '../policies/ids.ts'
import { Answer } from '../representation/answer.ts'
import { checkType, isOf } from '../representation/content.ts'
import { cookiesOf } from '../representation/cookies.ts'
import { parseForm } from '../representation/form.ts'
import { createFormFields } from '../representation/form-fields.ts'
import { parseJson } from '../representation/json.ts'
import { type MultipartBody, parseMultipart } from '../representation/multipart.ts'
import { ResponseHeaders } from '../representation/response-headers.ts'
import { lastEventIdOf } from '../representation/server-sent-events.ts'
import { decodeText } from '../representation/text.ts'
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
  language: ({ language }) => language,
  lastEventId: ({ exchange }) => lastEventIdOf(exchange),
  cspNonce: () => createNonce(),
  traceId: ({ exchange }) => traceIdOf(exchange),
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

/** The provider of a native value; `result` and `exception` only where `stage` names them. */
export function findNative(
  name: string,
  stage: 'result' | 'exception' | undefined,
): NativeProvider<Run> | undefined {
  const read = Object.hasOwn(readers, name) ? readers[name] : name === stage ? stageReaders[name] : undefined
  return read === undefined ? undefined : { source: 'native', name, read }
}

/** The names of the native values, for advice and for refusing them to users. */
export const nativeNames: readonly string[] = [...Object.keys(readers), ...Object.keys(stageReaders)]

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
  const own = parsers.get(mediaType.essence) ?? (isJson ? parsers.get('application/json') : undefined)
  if (own !== undefined) return own(run)
  if (mediaType.essence === 'application/x-www-form-urlencoded') return readText(run, undefined, parseForm)
  if (mediaType.essence === 'multipart/form-data') return multipartOf(run)
  if (mediaType.type === 'text') return readText(run, undefined, asItIs)
  return readText(run, 'application/json', parseText)
}
