import type { CallbackName } from '../declaration/callbacks.ts'
import { formatEntityTag } from '../http/entity-tag.ts'
import { formatHttpDate } from '../http/http-date.ts'
import { Answer } from '../representation/answer.ts'
import { answeredValidatorsOf } from './answered.ts'
import type { DecisionName } from './graph.ts'
import type { RouteFacts, Run, Validators } from './run.ts'
import {
  fieldName,
  type Hearing,
  onOneLine,
  type ToldField,
  tellField,
  tellFields,
  tellPlace,
  tellSaid,
} from './telling.ts'

/** Tells what was compared when a request was asked, and how it was answered. */
type Reason = (run: Run, answer: boolean, heard: Hearing) => string | Promise<string>

// Every declaration settles these rows, so what stands here is never told.
const NEVER_ASKED: Reason = () => 'the declaration answers it'

const PRECONDITIONS: readonly ToldField[] = [
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'if-modified-since',
]

/**
 * Why a request got the answer it did, for each decision. A row of the graph needs one here.
 *
 * None of this is reached by a request that is served: it is loaded when somebody asks for an explanation.
 */
export const reasons: Readonly<Record<DecisionName, Reason>> = {
  serviceAvailable: (_, __, heard) => tellSaid('serviceAvailable', heard),
  methodKnown: (_, __, heard) => tellSaid('knownMethod', heard),
  targetReadable: NEVER_ASKED,
  uriFits: ({ exchange, facts }, _, heard) =>
    tellSaid('uriTooLong', heard) || `${exchange.target.length} of at most ${facts.limits.uri} characters`,
  headersFit: ({ exchange, facts }) =>
    `${exchange.fieldCount} of at most ${facts.limits.fields} header field lines`,
  hostReadable: (run) => tellField(run, 'host'),
  hostServed: (run, answer) => `${tellField(run, 'host')} is ${answer ? '' : 'not '}on the list of hosts`,
  expectationKnown: (run) => tellField(run, 'expect'),

  routeFound: NEVER_ASKED,
  isPreflight: NEVER_ASKED,
  methodAllowed: (_, __, heard) => tellSaid('methodAllowed', heard),
  requestWellFormed: (_, __, heard) => tellSaid('malformedRequest', heard),

  authorized: (_, __, heard) => tellSaid('authorized', heard),
  accessAllowed: (_, __, heard) => tellSaid('forbidden', heard),
  legallyAvailable: (_, __, heard) => tellSaid('unavailableForLegalReasons', heard),
  withinRate: (_, __, heard) => tellSaid('rateLimited', heard),

  hasContent({ exchange }, answer) {
    const { length } = exchange.content
    if (length !== undefined) return `Content-Length: ${length}`
    return answer ? 'content of no declared length' : 'neither Content-Length nor Transfer-Encoding'
  },
  contentHeadersValid: (run, _, heard) =>
    tellSaid('validContentHeaders', heard) ||
    tellFields(run, ['content-range', 'content-type'], 'no Content-Type'),
  contentLengthGiven: NEVER_ASKED,
  contentFits({ exchange, facts }) {
    const { length } = exchange.content
    const most = facts.limits.content
    return length === undefined
      ? `no Content-Length, and at most ${most} bytes are read`
      : `Content-Length: ${length} against a limit of ${most} bytes`
  },
  contentCodingKnown: (run) => tellField(run, 'content-encoding'),
  contentTypeKnown(run) {
    const { types } = run.facts.accepts
    return `${tellField(run, 'content-type')} against ${types === 'any' ? 'any type' : types.join(', ')}`
  },
  isOptions: NEVER_ASKED,

  typeAcceptable: (run, answer) =>
    tellChoice(run, 'accept', answer ? run.offer?.contentType : undefined, () =>
      run.facts.offers.map(({ mediaType }) => mediaType.essence),
    ),
  languageAcceptable: (run) => tellChoice(run, 'accept-language', run.language, () => run.facts.languages),
  charsetAcceptable: (run) =>
    tellChoice(run, 'accept-charset', run.charset?.name, () =>
      run.facts.charsets.list.map(({ name }) => name),
    ),
  answerStored: tellStored,
  codingAcceptable: (run, answer) =>
    tellChoice(run, 'accept-encoding', answer ? (run.coding?.name ?? 'identity') : undefined, () => [
      ...(run.facts.compression?.codings ?? []).map(({ name }) => name),
      'identity',
    ]),

  resourceExists: (_, __, heard) => tellSaid('resourceExists', heard),
  hasChoices: (_, __, heard) => tellSaid('multipleChoices', heard),
  movedPermanently: (_, __, heard) => tellSaid('movedPermanently', heard),
  movedTemporarily: (_, __, heard) => tellSaid('movedTemporarily', heard),
  previouslyExisted: (_, __, heard) => tellSaid('previouslyExisted', heard),
  mayRecreate: NEVER_ASKED,
  mayCreate: NEVER_ASKED,

  noConflict: (_, __, heard) => tellSaid('conflict', heard),
  preconditionGiven(run, _, heard) {
    const sent = tellFields(run, PRECONDITIONS, 'no precondition')
    const said = tellSaid('preconditionRequired', heard)
    return said === '' ? sent : `${sent}; ${said}`
  },

  isConditional: (run) => tellFields(run, PRECONDITIONS, 'no precondition'),
  preconditionsReadable: (run) => tellFields(run, ['if-match', 'if-none-match'], 'dates alone'),
  hasIfMatch: (run) => tellField(run, 'if-match'),
  ifMatchHolds: (run) => `${tellField(run, 'if-match')} against ${tellTag(run, run.validators)}`,
  hasIfUnmodifiedSince: (run, answer) => tellDate(run, 'if-unmodified-since', answer),
  unmodifiedSince: (run) =>
    `${tellField(run, 'if-unmodified-since')} against ${tellModified(run, run.validators)}`,
  hasIfNoneMatch: (run) => tellField(run, 'if-none-match'),
  ifNoneMatchHolds: (run) => `${tellField(run, 'if-none-match')} against ${tellTag(run, run.validators)}`,
  hasIfModifiedSince: (run, answer) => tellDate(run, 'if-modified-since', answer),
  modifiedSince: (run) =>
    `${tellField(run, 'if-modified-since')} against ${tellModified(run, run.validators)}`,
  isRead: NEVER_ASKED,

  contentIntact: (run) => tellFields(run, ['content-digest', 'repr-digest'], 'no digest to compare'),
  contentProcessable({ refusal }, answer) {
    if (answer) return 'everything that is validated holds'
    const faults = refusal?.errors ?? []
    return faults
      .map(({ pointer, message }) => onOneLine(pointer === '' ? message : `${pointer}: ${message}`))
      .join('; ')
  },
  enacted: ({ status }) =>
    status === undefined ? 'the handler is through' : `the handler gave status ${status}`,
  created: (run) =>
    run.status === undefined && run.missing ? 'the resource did not exist, and PUT made it' : tellStatus(run),
  seeOther: tellStatus,
  statusGiven: tellStatus,
  hasAnswer: ({ result }, answer) =>
    answer
      ? 'the handler gave something'
      : `the handler gave ${String(result instanceof Answer ? result.body : result)}`,
  answerWanted: (run) => tellField(run, 'prefer'),

  answerMatches: (run) => compareAnswer(run, ['if-match', 'if-unmodified-since']),
  answerCurrent: (run) => compareAnswer(run, ['if-none-match', 'if-modified-since']),
  rangeWanted: (run, answer) =>
    answer || run.exchange.header('range') === undefined
      ? tellField(run, 'range')
      : `${tellField(run, 'range')} names no parts that can be had of this answer`,
  ifRangeHolds: (run) => compareAnswer(run, ['if-range']),
  rangeSatisfiable: (run) => `${tellField(run, 'range')} of ${run.partial?.whole.length ?? 0} bytes`,
}

// Why nothing fits is told by what there is; why something was chosen, by the wish alone.
function tellChoice(
  run: Run,
  field: ToldField,
  chosen: string | undefined,
  offered: () => readonly string[],
): string {
  const wish = tellField(run, field)
  return chosen === undefined ? `${wish} against ${offered().join(', ')}` : `${wish} → ${chosen}`
}

function tellTag({ missing, facts }: Run, current: Validators | undefined): string {
  if (missing) return 'a resource that does not exist'
  if (current?.etag !== undefined) return `ETag ${formatEntityTag(current.etag)}${from(facts, 'etag')}`
  return current?.fromAnswer === true ? 'an ETag that comes with the answer' : 'no ETag'
}

function tellModified({ missing, facts }: Run, current: Validators | undefined): string {
  if (missing) return 'a resource that does not exist'
  if (current?.lastModified === undefined) return 'no Last-Modified'
  return `Last-Modified ${formatHttpDate(current.lastModified)}${from(facts, 'lastModified')}`
}

function from({ declared }: RouteFacts, name: CallbackName): string {
  const acting = declared(name).find(({ ask }) => ask !== undefined)
  return acting === undefined ? '' : ` from ${tellPlace(acting)}`
}

function tellDate(run: Run, field: ToldField, answer: boolean): string {
  const sent = tellField(run, field)
  return answer || run.exchange.header(field) === undefined ? sent : `${sent} is no date, and counts as none`
}

async function compareAnswer(run: Run, fields: readonly ToldField[]): Promise<string> {
  const none = `no ${fields.map(fieldName).join(' or ')}`
  const sent = tellFields(run, fields, none)
  if (sent === none) return sent
  const { etag, lastModified } = await answeredValidatorsOf(run.facts)(run)
  const known = [
    ...(etag === undefined ? [] : [`ETag ${formatEntityTag(etag)}`]),
    ...(lastModified === undefined ? [] : [`Last-Modified ${formatHttpDate(lastModified)}`]),
  ]
  return `${sent} against ${known.join(' and ') || 'no ETag and no Last-Modified'}`
}

function tellStored({ storing }: Run): string {
  const { status = '', age = 0 } = storing ?? {}
  if (status.startsWith('fwd=bypass')) return 'the request has credentials, and what is kept is not public'
  if (status.startsWith('fwd=request')) return 'what the request compares with is for the resource to say'
  if (status.includes('collapsed=?0')) return 'another request made one meanwhile, which may not be kept'
  if (status.includes('collapsed')) return 'another request made it meanwhile'
  if (status.startsWith('fwd=stale')) return 'there is one that is too old'
  return status.startsWith('hit') ? `made ${age} s ago: ${status}` : 'there is none'
}

function tellStatus({ status }: Run): string {
  return status === undefined ? 'the handler chose no status' : `the handler gave status ${status}`
}
