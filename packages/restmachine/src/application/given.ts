import type { Cache } from '../cache/cache.ts'
import type { RequestHeaders, RestRequest } from '../compile/request.ts'
import type { Logger } from '../compile/services.ts'
import type { Refusing } from '../decisions/asking.ts'
import type { Moved } from '../decisions/notes.ts'
import type { Credentials } from '../http/credentials.ts'
import type { Preferences } from '../http/prefer.ts'
import type { BodyOf } from '../representation/answer.ts'
import type { FormFields } from '../representation/form-fields.ts'
import type { MultipartBody } from '../representation/multipart.ts'
import type { ResponseHeaders } from '../representation/response-headers.ts'
import type { BackgroundTasks } from '../tasks/request-tasks.ts'

/** What functions of the session can ask for without anybody providing it. */
export interface SessionBuiltIns {
  readonly logger: Logger
  /** Values that are costly to make, kept for a while: in memory, unless the application brings its own cache. */
  readonly cache: Cache
}

/** What functions of a request can ask for without anybody providing it. */
export interface BuiltIns extends SessionBuiltIns {
  /** The request: method, path, parameters, header fields. */
  readonly request: RestRequest
  /** The values of all path parameters, by name. */
  readonly pathParams: Readonly<Record<string, string>>
  readonly queryParams: URLSearchParams
  readonly requestHeaders: RequestHeaders
  /** Header fields to add to the response, whatever its status; also from a provider's tear-down. */
  readonly responseHeaders: ResponseHeaders
  /** The content as a stream, for those who do not want it in memory. */
  readonly body: ReadableStream<Uint8Array>
  readonly bytesBody: Uint8Array
  /** The content as text, decoded by its declared charset; UTF-8 when it declares none. */
  readonly textBody: string
  /** The content parsed as JSON; `undefined` when there is none. */
  readonly jsonBody: unknown
  readonly formBody: FormFields
  readonly multipartBody: MultipartBody
  /** The content parsed by its media type: JSON, forms, text, and what `accepts` adds. */
  readonly parsedBody: unknown
  readonly requestId: string
  /** The cookies that the client sent, by name. */
  readonly cookies: Readonly<Record<string, string>>
  /**
   * Who the client says it is (`Authorization`, RFC 9110 §11.6.2); `undefined` when it does not, or says it so that it
   * cannot be read. Nothing of it has been checked.
   */
  readonly credentials: Credentials | undefined
  /** The language chosen among those of `languages`; empty when none are declared. */
  readonly language: string
  /** What the client would like (`Prefer`, RFC 7240): `return`, `respondAsync`, `wait`, `handling`. */
  readonly preferences: Preferences
  /** The id of the last event that a reconnecting client saw (`Last-Event-ID`). */
  readonly lastEventId: string | undefined
  /** The nonce of this response's content security policy, for `<script nonce=…>`. */
  readonly cspNonce: string
  readonly traceId: string
  /** The fields that take the trace on to another service: `fetch(url, { headers: traceHeaders })`. */
  readonly traceHeaders: Readonly<Record<string, string>>
  /** Aborts when the client leaves or the time for the request is up. */
  readonly signal: AbortSignal
  /** Work to be done once the response is out. */
  readonly backgroundTasks: BackgroundTasks
}

/**
 * The names of `Provided` as one object. The compiler looks a name up in it once; in the intersection
 * that the calls of the builder leave behind it would go through every part, for every route.
 */
export type Given<Provided> = { readonly [Name in keyof Provided]: Provided[Name] }

/** What a provider gives: what a generator yields, what a promise resolves to. */
export type Yielded<Result> =
  Result extends AsyncGenerator<infer Value, unknown, unknown>
    ? Value
    : Result extends Generator<infer Value, unknown, unknown>
      ? Awaited<Value>
      : Awaited<Result>

/** What a decision found: never "not there", because then nobody after it is asked. */
export type Present<Result> = Exclude<Yielded<Result>, undefined | null | false | Refusing>

/** A value, or nothing, now or later. */
type May<Value> = Value | undefined | null | false | Promise<Value | undefined | null | false>

/** What the functions behind the decisions answer, where anything but "is it there?" is read from it. */
export interface Answers {
  readonly etag: May<string | number | bigint>
  readonly lastModified: May<Date | number>
  readonly movedPermanently: May<Moved>
  readonly movedTemporarily: May<Moved>
}

/** The result of a handler as a renderer gets it. */
export type Rendered<Result> = NonNullable<BodyOf<Awaited<Result>>>
