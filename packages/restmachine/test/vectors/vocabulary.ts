import type { Facts } from './format.ts'

/** The facts that the builder understands, or that `features.ts` has an opinion about. */
const KNOWN = new Set(
  `serviceAvailable knownMethods knownMethod uriTooLong allowedMethods methodAllowed malformedRequest
  wellFormed isAuthorized forbidden rateLimited validContentHeaders knownContentType validEntityLength
  legallyUnavailable options contentTypesProvided languagesProvided charsetsProvided encodingsProvided
  languageAvailable defaultCharset variances resourceExists etag lastModified expires previouslyExisted
  movedPermanently movedTemporarily encoders allowMissingPost canPutToMissing postIsCreate createPath baseUri
  createPathAfterHandler createdLocation redirectAfterPost postRedirect mountPoint processPost acceptHandler
  putAction processPut postAction patchAction contentTypesAccepted isConflict deleteResource deleteCompleted
  postEnacted putEnacted patchEnacted isNew respondWithEntity responseBodyExists noContent multipleChoices
  representation handleException finishRequest responseHeaders ranges
  patchContentTypes handlers processable`.split(/\s+/),
)

/** The names of facts that nothing here understands. */
export function unknownFacts(facts: Facts): readonly string[] {
  return Object.keys(facts).filter((name) => !KNOWN.has(name))
}
