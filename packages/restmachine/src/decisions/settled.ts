import type { CallbackName } from '../declaration/callbacks.ts'
import { formatPlace } from '../injection/place.ts'
import type { DecisionName } from './graph.ts'
import type { RouteFacts } from './run.ts'
import { tellPlace } from './telling.ts'

/** Why the declaration of a route settles a decision; a sentence, or how to find it. */
type Because = string | ((facts: RouteFacts, answer: boolean) => string)

// No declaration settles these rows, so what stands here is never told.
const ALWAYS_ASKED = 'it is the same for every request'

/** Why each decision is settled where it is. A row of the graph needs one here. */
const becauses: Readonly<Record<DecisionName, Because>> = {
  serviceAvailable: (facts) =>
    facts.kind === 'stopped' ? 'the application is shutting down' : nobody('serviceAvailable')(facts),
  methodKnown: (facts) =>
    facts.kind === 'unknownMethod'
      ? 'no standard has the method, and no route takes it'
      : nobody('knownMethod')(facts),
  targetReadable: (_, answer) =>
    answer ? 'it was read when its route was looked up' : 'the target is no path',
  uriFits: ALWAYS_ASKED,
  headersFit: ALWAYS_ASKED,
  hostReadable: ALWAYS_ASKED,
  hostServed: 'no list of hosts is declared',
  expectationKnown: ALWAYS_ASKED,

  routeFound: (_, answer) => (answer ? 'the path has a route' : 'no route has this path'),
  isPreflight: (_, answer) =>
    answer ? 'a page asks for a route that has a CORS policy' : 'preflights for the route go another way',
  methodAllowed: (facts) =>
    facts.kind === 'wrongMethod'
      ? 'the routes of the path take other methods'
      : nobody('methodAllowed')(facts),
  requestWellFormed: nobody('malformedRequest'),

  authorized: (facts) =>
    facts.settings.skipAuthCheck ? declares(facts, 'skipAuthCheck') : nobody('authorized')(facts),
  accessAllowed: nobody('forbidden'),
  legallyAvailable: nobody('unavailableForLegalReasons'),
  withinRate: nobody('rateLimited'),

  hasContent: ({ kind }) =>
    kind === 'route' ? 'nothing on the route reads content' : 'no handler of yours is reached',
  contentHeadersValid: nobody('validContentHeaders'),
  contentLengthGiven: 'no length is ever demanded',
  contentFits: 'nothing on the route reads content',
  contentCodingKnown: 'nothing on the route reads content',
  contentTypeKnown: ({ accepts }) =>
    accepts.reads ? 'the route reads content of any type' : 'nothing on the route reads content',
  isOptions: ({ kind, method }) =>
    kind === 'options'
      ? 'no route of the path takes OPTIONS'
      : method === 'OPTIONS'
        ? 'the route handles OPTIONS'
        : `the method is ${method}`,

  typeAcceptable: (facts) =>
    facts.settings.skipContentNegotiation
      ? declares(facts, 'skipContentNegotiation')
      : 'there is nothing to choose from',
  languageAcceptable: 'no languages are declared',
  charsetAcceptable: 'no charsets are declared',
  codingAcceptable: 'no compression is declared',
  answerStored: 'cacheResponse does not store, or this method is not one to store',

  resourceExists: nobody('resourceExists'),
  hasChoices: (facts) =>
    isOneOf(facts, 'GET', 'HEAD') ? nobody('multipleChoices')(facts) : `${facts.method} does not choose`,
  movedPermanently: nobody('movedPermanently'),
  movedTemporarily: nobody('movedTemporarily'),
  previouslyExisted: nobody('previouslyExisted'),
  mayRecreate: tellCreating,
  mayCreate: tellCreating,

  noConflict: (facts) =>
    isOneOf(facts, 'PUT', 'POST', 'PATCH', 'DELETE')
      ? nobody('conflict')(facts)
      : `${facts.method} does not write`,
  preconditionGiven: (facts) =>
    isOneOf(facts, 'PUT', 'PATCH', 'DELETE') || facts.callback('preconditionRequired') === undefined
      ? nobody('preconditionRequired')(facts)
      : `${facts.method} needs none`,

  isConditional: ({ method }) => `${method} has nothing to compare`,
  preconditionsReadable: ALWAYS_ASKED,
  hasIfMatch: ALWAYS_ASKED,
  ifMatchHolds: ALWAYS_ASKED,
  hasIfUnmodifiedSince: ALWAYS_ASKED,
  unmodifiedSince: ALWAYS_ASKED,
  hasIfNoneMatch: ALWAYS_ASKED,
  ifNoneMatchHolds: ALWAYS_ASKED,
  hasIfModifiedSince: ({ method }) => `If-Modified-Since says nothing to ${method}`,
  modifiedSince: ALWAYS_ASKED,
  isRead: ({ method }) => `the method is ${method}`,

  contentIntact({ accepts, digests }) {
    if (digests.length === 0) return 'no digests are declared'
    return accepts.reads ? 'the content is read as it comes' : 'nothing on the route reads content'
  },
  contentProcessable: 'nothing on the route is validated',
  enacted: ALWAYS_ASKED,
  created: ALWAYS_ASKED,
  seeOther: ALWAYS_ASKED,
  statusGiven: ALWAYS_ASKED,
  hasAnswer: ALWAYS_ASKED,
  answerWanted: ({ method }) => `who sends ${method} wants the answer`,

  answerMatches: ({ method }) => `If-Match was compared before ${method} took effect`,
  answerCurrent: ({ method }) => `the answer to ${method} is news`,
  rangeWanted: ({ method }) => `${method} gives no parts`,
  ifRangeHolds: ALWAYS_ASKED,
  rangeSatisfiable: ALWAYS_ASKED,
}

/** Why the declaration of a route answers a decision as it does. */
export function whySettled(name: DecisionName, facts: RouteFacts, answer: boolean): string {
  const because: Because = becauses[name]
  return typeof because === 'string' ? because : because(facts, answer)
}

// An answer with a name acts where the name is used: who forgot to use it looks for it here.
function nobody(name: CallbackName): (facts: RouteFacts) => string {
  return ({ declared }) => {
    const idle = declared(name)
    if (idle.length === 0) return `nobody declares ${name}`
    return idle
      .map((answer) => `${tellPlace(answer)} acts where "${answer.name}" is used, and here it is not`)
      .join('; ')
  }
}

function declares({ place }: RouteFacts, option: string): string {
  return `the route declares ${option}${place === undefined ? '' : ` (${formatPlace(place)})`}`
}

function isOneOf({ method }: RouteFacts, ...methods: readonly string[]): boolean {
  return methods.includes(method)
}

function tellCreating(facts: RouteFacts, answer: boolean): string {
  const option = { PUT: 'allowMissingPut', POST: 'allowMissingPost' }[facts.method]
  if (option === undefined) return `${facts.method} creates nothing`
  return answer ? declares(facts, option) : `the route does not declare ${option}`
}
