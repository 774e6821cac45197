import { type Facts, isRecord, NOT_BUILT, NotApplicable, type Vector } from './format.ts'

/** Facts of things this product deliberately does not have. */
const NEVER: Readonly<Record<string, string>> = {
  validateContentChecksum: 'the Content-MD5 node (RFC 7231 took the field out; RFC 9530 replaces it)',
  graphOverrides: 'changing edges of the graph',
  decisionOverrides: 'forcing the outcome of a built-in decision',
  pathPattern: 'coordinates of paths: routing has a syntax of its own',
  bindings: 'coordinates of paths: routing has a syntax of its own',
  echoes: 'coordinates of hosts: the adapter knows the port',
  streamingOption: 'a switch between kinds of streams',
  maxFlushBytes: 'a buffer between handler and stream',
  encoders: 'content codings of one’s own',
  errorBody: 'a stream as the body of an error',
  ping: 'ping: there is serviceAvailable',
  trace: 'a trace written to disk: there is explain()',
}

/** Members of what is expected that a call in the process cannot show. */
const UNSEEN = [
  'parsed',
  'bindings',
  'informational',
  'partialBody',
  'throws',
  'fromDecision',
  'decision',
  'acceptedAs',
  'secondResponseSent',
]

interface Feature {
  readonly name: string
  /** Whether these facts use it: what can be said without it is no use. */
  readonly used: (facts: Facts) => boolean
  readonly field: string
  readonly shows: string
  readonly negotiates: string
}

const isUtf8 = (value: unknown): boolean => String(value).toLowerCase() === 'utf-8'
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0

/** What comes later. Until then a case counts when neither its request nor its answer speaks of it. */
const LATER: readonly Feature[] = [
  {
    name: 'charsets',
    used: ({ charsetsProvided: list }) => isList(list) && !list.every(isUtf8),
    field: 'accept-charset',
    shows: '',
    negotiates: 'charset',
  },
  {
    name: 'content codings',
    used: ({ encodingsProvided: list }) => isList(list) && list.some((one) => one !== 'identity'),
    field: 'accept-encoding',
    shows: 'content-encoding',
    negotiates: 'encoding',
  },
]

/** Finds the first thing in a case that cannot be put to this framework, and throws it. */
export function checkApplicable(vector: Vector, facts: Facts): void {
  if (vector.kind === 'step' || vector.kind === 'predicate')
    throw new NotApplicable('one edge or one decision of another graph by itself')
  for (const [name, fact] of Object.entries(facts)) {
    if (isRecord(fact) && ('reply' in fact || 'takeOver' in fact))
      throw new NotApplicable(`a callback that sends the answer itself ({reply}, {takeOver}): ${name}`)
  }
  for (const [name, reason] of Object.entries(NEVER)) {
    if (facts[name] !== undefined && facts[name] !== null) throw new NotApplicable(reason)
  }
  const fields = Object.entries(vector.request.headers ?? {}).map(([name]) => name.toLowerCase())
  if (fields.includes('content-md5')) throw new NotApplicable(NEVER.validateContentChecksum as string)
  const { status, statusNot, headers, headersPresent, headersAbsent, negotiated } = vector.expect
  const compared = [status, statusNot, headers, headersPresent, headersAbsent, negotiated]
  if (compared.every((one) => one === undefined) && vector.recommended === undefined) {
    const seen = UNSEEN.filter((name) => name in vector.expect)
    throw new NotApplicable(`neither status nor header fields are expected: ${seen.join(', ') || 'nothing'}`)
  }
  for (const feature of LATER) checkFeature(feature, vector, facts, fields)
  if (
    Array.isArray(vector.resource?.contentTypesProvided) &&
    vector.resource.contentTypesProvided.length === 0
  )
    throw new NotApplicable('an empty list of offers: JSON is always there to be offered (D28)')
  if (facts.languageAvailable === false)
    throw new NotApplicable('a refusal for a language: the default one is given (RFC 9110 §12.5.4)')
  const { ranges, rangeSatisfiable, rangedRepresentation } = facts
  if ([ranges, rangeSatisfiable, rangedRepresentation].some((fact) => fact !== undefined && fact !== null))
    throw new NotApplicable(`${NOT_BUILT}ranges`)
  if (facts.cors !== undefined) throw new NotApplicable('CORS settings as facts: none was seen so far')
}

function checkFeature(feature: Feature, { expect }: Vector, facts: Facts, fields: readonly string[]): void {
  const { name, used: uses, field, shows, negotiates } = feature
  const type = expect.headers?.['Content-Type'] ?? ''
  const answered =
    Object.keys(expect.headers ?? {}).some((key) => key.toLowerCase() === shows) ||
    (name === 'charsets' && /charset=(?!utf-8)/i.test(type) && uses(facts))
  const chosen = isRecord(expect.negotiated) && expect.negotiated[negotiates] !== undefined
  const matters = fields.includes(field) || answered || chosen
  // Everything is written as UTF-8, and says so where the type is text.
  const isUtf8Chosen = chosen && isUtf8(expect.negotiated?.[negotiates])
  const used = uses(facts) && matters
  if (used || answered || (chosen && !isUtf8Chosen && expect.negotiated?.[negotiates] !== null))
    throw new NotApplicable(NOT_BUILT + name)
}
