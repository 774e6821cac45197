import { defineGraph } from './define-graph.ts'

/**
 * Every status code this framework decides, decided here: one question a row, asked in this order.
 *
 * A question is put so that "yes" is the way of a request that goes well. Preconditions stand last
 * before the effect, because they may decide only where the answer would otherwise be 2xx or 412
 * (RFC 9110 §13.2.1).
 */
// biome-ignore format: a table reads in columns
export const graph = defineGraph({
  // System: nothing about the resource yet.
  serviceAvailable:      { yes: 'methodKnown',           no: 503,                     rfc: '9110 §15.6.4' },
  methodKnown:           { yes: 'targetReadable',        no: 501,                     rfc: '9110 §15.6.2' },
  targetReadable:        { yes: 'uriFits',               no: 400,                     rfc: '9112 §3' },
  uriFits:               { yes: 'headersFit',            no: 414,                     rfc: '9110 §15.5.15' },
  headersFit:            { yes: 'hostReadable',          no: 431,                     rfc: '6585 §5' },
  hostReadable:          { yes: 'hostServed',            no: 400,                     rfc: '9112 §3.2' },
  hostServed:            { yes: 'expectationKnown',      no: 421,                     rfc: '9110 §15.5.20' },
  expectationKnown:      { yes: 'routeFound',            no: 417,                     rfc: '9110 §10.1.1' },

  // Request: is there anything at this target, and does it take this method?
  routeFound:            { yes: 'isPreflight',           no: 404,                     rfc: '9110 §15.5.5' },
  isPreflight:           { yes: 204,                     no: 'methodAllowed',         rfc: 'Fetch §3.2.2' },
  methodAllowed:         { yes: 'requestWellFormed',     no: 405,                     rfc: '9110 §15.5.6' },
  requestWellFormed:     { yes: 'authorized',            no: 400,                     rfc: '9110 §15.5.1' },

  // Authority: who asks, and may they?
  authorized:            { yes: 'accessAllowed',         no: 401,                     rfc: '9110 §15.5.2' },
  accessAllowed:         { yes: 'legallyAvailable',      no: 403,                     rfc: '9110 §15.5.4' },
  legallyAvailable:      { yes: 'withinRate',            no: 451,                     rfc: '7725 §3' },
  withinRate:            { yes: 'hasContent',            no: 429,                     rfc: '6585 §4' },

  // Content of the request, as far as its header fields tell.
  hasContent:            { yes: 'contentHeadersValid',   no: 'isOptions',             rfc: '9112 §6.3' },
  contentHeadersValid:   { yes: 'contentLengthGiven',    no: 400,                     rfc: '9110 §14.5' },
  contentLengthGiven:    { yes: 'contentFits',           no: 411,                     rfc: '9110 §15.5.12' },
  contentFits:           { yes: 'contentCodingKnown',    no: 413,                     rfc: '9110 §15.5.14' },
  contentCodingKnown:    { yes: 'contentTypeKnown',      no: 415,                     rfc: '9110 §15.5.16' },
  contentTypeKnown:      { yes: 'isOptions',             no: 415,                     rfc: '9110 §15.5.16' },
  isOptions:             { yes: 204,                     no: 'typeAcceptable',        rfc: '9110 §9.3.7' },

  // Negotiation: what the answer will look like, and whether the server has kept it.
  typeAcceptable:        { yes: 'languageAcceptable',    no: 406,                     rfc: '9110 §12.5.1' },
  languageAcceptable:    { yes: 'charsetAcceptable',     no: 406,                     rfc: '9110 §12.5.4' },
  charsetAcceptable:     { yes: 'codingAcceptable',      no: 406,                     rfc: '9110 §12.5.2' },
  codingAcceptable:      { yes: 'answerStored',          no: 406,                     rfc: '9110 §12.5.3' },
  answerStored:          { yes: 'answerMatches',         no: 'resourceExists',        rfc: '9111 §4' },

  // Existence, and what to do about a resource that is not there.
  resourceExists:        { yes: 'hasChoices',            no: 'movedPermanently',      rfc: '9110 §15.5.5' },
  hasChoices:            { yes: 300,                     no: 'noConflict',            rfc: '9110 §15.4.1' },
  movedPermanently:      { yes: 308,                     no: 'movedTemporarily',      rfc: '9110 §15.4.9' },
  movedTemporarily:      { yes: 307,                     no: 'previouslyExisted',     rfc: '9110 §15.4.8' },
  previouslyExisted:     { yes: 'mayRecreate',           no: 'mayCreate',             rfc: '9110 §15.5.11' },
  mayRecreate:           { yes: 'noConflict',            no: 410,                     rfc: '9110 §15.5.11' },
  mayCreate:             { yes: 'noConflict',            no: 404,                     rfc: '9110 §9.3.4' },

  // The other checks that need no effect.
  noConflict:            { yes: 'preconditionGiven',     no: 409,                     rfc: '9110 §15.5.10' },
  preconditionGiven:     { yes: 'isConditional',         no: 428,                     rfc: '6585 §3' },

  // Preconditions, in the order of RFC 9110 §13.2.2.
  isConditional:         { yes: 'preconditionsReadable', no: 'contentIntact',         rfc: '9110 §13.1' },
  preconditionsReadable: { yes: 'hasIfMatch',            no: 400,                     rfc: '9110 §13.1' },
  hasIfMatch:            { yes: 'ifMatchHolds',          no: 'hasIfUnmodifiedSince',  rfc: '9110 §13.2.2 step 1' },
  ifMatchHolds:          { yes: 'hasIfNoneMatch',        no: 412,                     rfc: '9110 §13.1.1' },
  hasIfUnmodifiedSince:  { yes: 'unmodifiedSince',       no: 'hasIfNoneMatch',        rfc: '9110 §13.2.2 step 2' },
  unmodifiedSince:       { yes: 'hasIfNoneMatch',        no: 412,                     rfc: '9110 §13.1.4' },
  hasIfNoneMatch:        { yes: 'ifNoneMatchHolds',      no: 'hasIfModifiedSince',    rfc: '9110 §13.2.2 step 3' },
  ifNoneMatchHolds:      { yes: 'contentIntact',         no: 'isRead',                rfc: '9110 §13.1.2' },
  hasIfModifiedSince:    { yes: 'modifiedSince',         no: 'contentIntact',         rfc: '9110 §13.2.2 step 4' },
  modifiedSince:         { yes: 'contentIntact',         no: 304,                     rfc: '9110 §13.1.3' },
  isRead:                { yes: 304,                     no: 412,                     rfc: '9110 §13.1.2' },

  // The effect: the content is read and checked, then the handler runs.
  contentIntact:         { yes: 'contentProcessable',    no: 400,                     rfc: '9530 §2' },
  contentProcessable:    { yes: 'enacted',               no: 422,                     rfc: '9110 §15.5.21' },
  enacted:               { yes: 'created',               no: 202,                     rfc: '9110 §15.3.3' },
  created:               { yes: 201,                     no: 'seeOther',              rfc: '9110 §15.3.2' },
  seeOther:              { yes: 303,                     no: 'statusGiven',           rfc: '9110 §15.4.4' },
  statusGiven:           { yes: 'given',                 no: 'hasAnswer',             rfc: '9110 §15' },
  hasAnswer:             { yes: 'answerWanted',          no: 204,                     rfc: '9110 §15.3.5' },
  answerWanted:          { yes: 'answerMatches',         no: 204,                     rfc: '7240 §4.2' },

  // The response: is it news to the client, and does the client want all of it?
  answerMatches:         { yes: 'answerCurrent',         no: 412,                     rfc: '9110 §13.1.1' },
  answerCurrent:         { yes: 304,                     no: 'rangeWanted',           rfc: '9110 §13.2.1' },
  rangeWanted:           { yes: 'ifRangeHolds',          no: 200,                     rfc: '9110 §14.2' },
  ifRangeHolds:          { yes: 'rangeSatisfiable',      no: 200,                     rfc: '9110 §13.1.5' },
  rangeSatisfiable:      { yes: 206,                     no: 416,                     rfc: '9110 §15.5.17' },
})

/** The name of one decision in the graph. */
export type DecisionName = keyof typeof graph

/** Where every request begins. */
export const START: DecisionName = 'serviceAvailable'
