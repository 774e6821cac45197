import { RestApplication, type RestRequest, type StandardSchema } from '../../src/index.ts'
import { type Act, actionOf, ByType, readAct } from './actions.ts'
import { type Ask, askOf, needsText } from './answers.ts'
import { acceptedBy, contentAsk, limitOf } from './content.ts'
import { decide } from './decide.ts'
import { type Facts, isRecord, NotApplicable, texts } from './format.ts'
import { unknownFacts } from './vocabulary.ts'

type App = RestApplication

/** The types that `parsedBody` reads where nobody says otherwise. */
const BUILT_IN = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]

interface Given {
  readonly request: RestRequest
}

const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }

/** Builds the application that the facts describe; every path leads to the one resource. */
export function build(facts: Facts): App {
  const [unknown] = unknownFacts(facts)
  if (unknown !== undefined) throw new NotApplicable(`unknown fact "${unknown}"`)
  const app: App = new RestApplication({ logger: quiet })
  decide(app, facts)
  app.provides('application/json', false)
  fields(app, facts)
  const methods = texts('allowedMethods', facts.allowedMethods ?? ['GET', 'HEAD'])
  // HEAD comes with GET by itself; facts that leave it out mean it to be refused.
  if (methods.includes('GET') && !methods.includes('HEAD'))
    app.methodAllowed(({ request }) => request.method !== 'HEAD')
  for (const method of methods) addRoutes(app, method, facts)
  return app
}

function addRoutes(app: App, method: string, facts: Facts): void {
  if (method === 'OPTIONS' && facts.options === undefined) return
  const act = actOf(method, facts)
  const handler = handlerOf(method, act, facts)
  const bodyLimit = limitOf(facts)
  const options = {
    allowMissingPut: facts.canPutToMissing !== false,
    allowMissingPost: facts.allowMissingPost === true,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
  }
  const accepts = parsersFor(acceptedBy(method, facts))
  for (const path of ['/', '/*rest'])
    app.route(method, path, handler as never, { ...options, accepts, provides: renderers(facts) } as never)
}

// A list without any type takes the built-in ones away, too.
function parsersFor(types: readonly string[] | undefined): object {
  if (types === undefined) return {}
  const asText = ({ textBody }: { textBody: string }): string => textBody
  return Object.fromEntries([
    ...BUILT_IN.map((type) => [type, false]),
    ...types.map((type) => [type, asText]),
  ])
}

// How much of the content a handler asks for decides what the framework checks before it runs.
function handlerOf(method: string, act: Act, facts: Facts): unknown {
  if (facts.processable !== undefined)
    return ({ request, processable }: Given & { processable: unknown }) => act({ request, text: processable })
  const reads = ['PUT', 'POST', 'PATCH'].includes(method)
  if (!reads) return ({ request }: Given) => act({ request })
  if (acceptedBy(method, facts) !== undefined)
    return ({ request, parsedBody }: Given & { parsedBody: unknown }) => act({ request, text: parsedBody })
  return ({ request, textBody }: Given & { textBody: string }) => act({ request, text: textBody })
}

function actOf(method: string, facts: Facts): Act {
  const fields = typeof facts.expires === 'string' ? { expires: facts.expires } : {}
  const of = (name: string): Act => actionOf(name, facts[name], facts, fields)
  const first = (...names: readonly string[]): Act =>
    of(names.find((name) => facts[name] !== undefined) ?? (names[0] as string))
  if (method === 'GET' || method === 'HEAD' || method === 'QUERY') return readAct(facts, fields)
  if (method === 'PUT') return first('acceptHandler', 'putAction', 'processPut')
  if (method === 'PATCH') return first('patchAction', 'acceptHandler')
  if (method === 'DELETE') return of('deleteResource')
  if (method === 'OPTIONS') return actionOf('options', {}, {}, { ...fields, ...stringsOf(facts.options) })
  if (method === 'POST')
    return facts.postIsCreate === true
      ? creating(facts, fields)
      : first('processPost', 'postAction', 'acceptHandler')
  return readAct(facts, fields)
}

// POST that creates: the path is made, then the accept handler runs, and the answer says where.
function creating(facts: Facts, fields: Readonly<Record<string, string>>): Act {
  const { createPath, acceptHandler = {} } = facts
  const path = isRecord(createPath) ? createPath.path : createPath
  // Without a path there may be a place to look at, told after the handler; none is no failure then.
  if (path === undefined && facts.createdLocation !== undefined) {
    const { createdLocation } = facts
    const told =
      typeof createdLocation === 'string' ? { location: placed(createdLocation, facts), seeOther: true } : {}
    return actionOf(
      'acceptHandler',
      { ...(isRecord(acceptHandler) ? acceptHandler : {}), ...told },
      facts,
      fields,
    )
  }
  const location = typeof path === 'string' ? placed(path, facts) : undefined
  if (location === undefined) return actionOf('createPath', { result: null }, facts, fields)
  const redirect = isRecord(createPath) && createPath.redirect === true
  const rest = isRecord(acceptHandler) ? acceptHandler : {}
  const { redirectAfterPost, postRedirect } = facts
  const redirects = redirect || redirectAfterPost === true || postRedirect === true
  return actionOf(
    'acceptHandler',
    { location, ...rest, ...(redirects ? { redirect: true } : {}) },
    facts,
    fields,
  )
}

function placed(path: string, { baseUri, mountPoint }: Facts): string {
  if (path.startsWith('/') || /^[a-z]+:/i.test(path)) return path
  const base = [baseUri, mountPoint].find((one) => typeof one === 'string' && one.startsWith('/')) ?? '/'
  return `${String(base).replace(/\/$/, '')}/${path}`
}

// What text and content are turned into does not matter to a case, as long as it is named.
function negotiate(app: App, facts: Facts): void {
  const charsets = texts('charsetsProvided', facts.charsetsProvided ?? [])
  const encoders = charsets.map((name) => [name, /^utf-?8$/i.test(name) ? true : encodeLatin1])
  if (charsets.length > 0) app.charsets(Object.fromEntries(encoders))
  const codings = texts('encodingsProvided', facts.encodingsProvided ?? []).filter(
    (one) => one !== 'identity',
  )
  if (codings.length === 0) return
  const encodings = codings.map((name) => {
    const encode = coders[name] ?? ((bytes: Uint8Array) => bytes)
    return { name, encode, encodeStream: whole(encode) }
  })
  app.compression({ encodings, minimumSize: 0, types: () => true })
}

const coders: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  reverse: (bytes) => bytes.toReversed(),
  'add-x': (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
}

// A coding of a whole, such as its reverse, has nothing to say of pieces.
function whole(encode: (bytes: Uint8Array) => Uint8Array) {
  return (stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> =>
    new ReadableStream({
      async pull(controller) {
        controller.enqueue(encode(new Uint8Array(await new Response(stream).arrayBuffer())))
        controller.close()
      },
    })
}

function encodeLatin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

// 422 is what a validation answers: one that is content when the fact says so.
function schemaOf(ask: Ask): StandardSchema<RestRequest> {
  const validate = (value: unknown) =>
    ask({ request: value as RestRequest }) === false
      ? { issues: [{ message: 'the case says so' }] }
      : { value: value as RestRequest }
  return { '~standard': { version: 1, vendor: 'vectors', validate } } as StandardSchema<RestRequest>
}

function stringsOf(fact: unknown): Readonly<Record<string, string>> {
  return isRecord(fact)
    ? Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, String(value)]))
    : {}
}

function renderers(facts: Facts): object {
  const types = texts('contentTypesProvided', facts.contentTypesProvided ?? ['text/html', 'application/json'])
  const render =
    (type: string) =>
    ({ result }: { readonly result: unknown }) => {
      if (result instanceof ByType) return result.texts[type] ?? ''
      return typeof result === 'object' && !(result instanceof ReadableStream)
        ? JSON.stringify(result)
        : result
    }
  return Object.fromEntries(types.map((type) => [type, render(type)]))
}

function fields(app: App, facts: Facts): void {
  const { variances, responseHeaders, handleException, finishRequest } = facts
  if (variances !== undefined) {
    const vary = texts('variances', variances).join(', ')
    app.defaultHeaders(() => ({ vary }))
  }
  if (isRecord(responseHeaders)) app.defaultHeaders(() => stringsOf(responseHeaders))
  if (isRecord(handleException) && handleException.responseBody !== undefined)
    app.handlesError('all', () => String(handleException.responseBody))
  else if (isRecord(handleException)) {
    const ask = askOf('handleException', handleException)
    app.handlesError('all', ({ request }) => ask({ request }))
  }
  // What finishes a request here can write an error, and no more.
  if (finishRequest === 'renders the exception recorded in the metadata as the body')
    app.handlesError('all', ({ exception }) => (exception === undefined ? undefined : String(exception)))
  else if (finishRequest !== undefined && finishRequest !== null)
    throw new NotApplicable('a hook that changes or breaks finished answers (finishRequest)')
  for (const [status, body] of Object.entries(isRecord(facts.handlers) ? facts.handlers : {}))
    if (Number(status) >= 400) app.handlesError(Number(status), () => body)
  const languages = texts('languagesProvided', facts.languagesProvided ?? [])
  if (languages.length > 0) app.languages(languages)
  negotiate(app, facts)
  const { processable } = facts
  if (processable !== undefined)
    app.validates('processable', schemaOf(askOf('processable', processable)), ({ request }) => request)
  const content = contentAsk(facts)
  if (content !== undefined) app.validContentHeaders(({ request }) => content({ request }))
  const malformed = facts.malformedRequest
  if (malformed === undefined) return
  const ask: Ask = askOf('malformedRequest', malformed)
  if (needsText(malformed))
    app.malformedRequest(
      ({ request, textBody }) => request.method !== 'GET' && ask({ request, text: textBody }),
    )
  else app.malformedRequest(({ request }) => ask({ request }))
}
