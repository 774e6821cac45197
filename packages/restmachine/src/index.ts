export type { ApplicationOptions } from './application/application-options.ts'
export { compress } from './application/compress.ts'
export type { DependencyOptions } from './application/declare.ts'
export type {
  ExplainedResponse,
  ExplainedStep,
  Explanation,
  ExplanationText,
  RouteExplanation,
} from './application/explanation.ts'
export { type FieldSelectionOptions, fieldSelection } from './application/field-selection.ts'
export type { FilesOptions } from './application/files-options.ts'
export type { BuiltIns, Given, SessionBuiltIns } from './application/given.ts'
export type { HealthOptions } from './application/health.ts'
export { type Page, type Pagination, type PaginationOptions, pagination } from './application/pagination.ts'
export type { Resource } from './application/resource.ts'
export { RestApplication, type RouteInfo } from './application/rest-application.ts'
export type { RouteOptions } from './application/route-options.ts'
export { Router } from './application/router.ts'
export { sameSecret } from './application/same-secret.ts'
export type { ServedDefaults } from './application/served-defaults.ts'
export type { StandardSchema } from './application/standard-schema.ts'
export type { BackgroundTaskOptions } from './application/task-options.ts'
export { type Cache, type CacheOptions, createCache, type WrapOptions } from './cache/cache.ts'
export type { SetOptions } from './cache/lifetimes.ts'
export type { Memoized, MemoizeOptions } from './cache/memoize.ts'
export { type MemoryStoreOptions, memoryStore } from './cache/memory-store.ts'
export type { Awaitable, CacheLogger, CacheStore } from './cache/store.ts'
export type { Answered } from './compile/observing.ts'
export type { RequestHeaders, RestRequest } from './compile/request.ts'
export type { Logger } from './compile/services.ts'
export type { DecisionName } from './decisions/graph.ts'
export { type ChallengeRefusal, challenge, type RetryRefusal, retryAfter } from './decisions/refusals.ts'
export type { CacheControl } from './http/cache-control.ts'
export type {
  BasicCredentials,
  BearerCredentials,
  Credentials,
  OtherCredentials,
} from './http/credentials.ts'
export type { DigestAlgorithm } from './http/digest.ts'
export type { ClientCertificate } from './http/exchange.ts'
export { type Fault, HttpError, type HttpErrorOptions } from './http/http-error.ts'
export type { Preferences } from './http/prefer.ts'
export type { CookieAttributes } from './http/set-cookie.ts'
export { DeclarationError, type DeclarationFault } from './injection/faults.ts'
export { inject } from './injection/injectable.ts'
export type { CacheResponseOptions } from './policies/cache-response.ts'
export type { CorsOptions } from './policies/cors-options.ts'
export { type CspOptions, csp } from './policies/csp.ts'
export type { SecurityHeadersOptions } from './policies/security-headers.ts'
export { type Answer, type HeaderFields, respond } from './representation/answer.ts'
export type { CharsetOptions, EncodeText } from './representation/charsets.ts'
export type { Choice } from './representation/choices.ts'
export type { ContentCoding } from './representation/codings.ts'
export type { CompressionOptions } from './representation/compression.ts'
export { type FileBody, type FileOptions, file } from './representation/file.ts'
export type { FormFields } from './representation/form-fields.ts'
export { type Html, type HtmlValue, html, rawHtml } from './representation/html.ts'
export type { MultipartBody } from './representation/multipart.ts'
export type { ResponseHeaders } from './representation/response-headers.ts'
export { type SeekableBody, type SeekableOptions, seekable } from './representation/seekable.ts'
export {
  type ItemsRenderer,
  type ServerSentEventsOptions,
  type StreamedEvent,
  serverSentEvents,
  streams,
} from './representation/server-sent-events.ts'
export type { Items } from './representation/streaming.ts'
export { type ItemsGiven, jsonArray, ndjson } from './representation/streaming-json.ts'
export type { UploadedFile } from './representation/uploads.ts'
export type { PathParameters } from './routing/template.ts'
export type { BackgroundTasks } from './tasks/request-tasks.ts'
export { type AbortableTask, type Task, type TaskFunction, type WorkerTask, worker } from './tasks/task.ts'
export type { Duration } from './text/duration.ts'
