import { type Facts, isRecord, NotApplicable, type Vector } from './format.ts'

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
  if (
    Array.isArray(vector.resource?.contentTypesProvided) &&
    vector.resource.contentTypesProvided.length === 0
  )
    throw new NotApplicable('an empty list of offers: JSON is always there to be offered (D28)')
  if (facts.languageAvailable === false)
    throw new NotApplicable('a refusal for a language: the default one is given (RFC 9110 §12.5.4)')
  if (Array.isArray(facts.ranges) && facts.ranges.length === 0)
    throw new NotApplicable('a resource without ranges: every body of known length has them')
  if (
    [facts.rangeSatisfiable, facts.rangedRepresentation].some((fact) => fact !== undefined && fact !== null)
  )
    throw new NotApplicable('ranges that a callback cuts: the framework cuts them')
  if (facts.cors !== undefined) throw new NotApplicable('CORS settings as facts: none was seen so far')
}
