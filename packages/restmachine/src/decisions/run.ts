import type { CallbackName } from '../declaration/callbacks.ts'
import type { RouteSettings } from '../declaration/layer.ts'
import type { DigestAlgorithm } from '../http/digest.ts'
import { type EntityTag, type EntityTags, parseEntityTags } from '../http/entity-tag.ts'
import { ACCEPT, type Exchange, type FieldGroup, IF_MATCH, IF_NONE_MATCH } from '../http/exchange.ts'
import type { Fault } from '../http/http-error.ts'
import { type MediaType, parseMediaType } from '../http/media-type.ts'
import type { Outcome } from '../http/outcome.ts'
import { type Preferences, parsePrefer } from '../http/prefer.ts'
import type { ByteRange, RangeSpec } from '../http/range.ts'
import type { Place } from '../injection/place.ts'
import type { ContextMaker } from '../injection/slots.ts'
import type { Opening } from '../injection/teardown.ts'
import type { Timed, Timings } from '../injection/timing.ts'
import type { Cors } from '../policies/cors.ts'
import type { Whole } from '../representation/byte-ranges.ts'
import type { Charset, Charsets } from '../representation/charsets.ts'
import type { Choice } from '../representation/choices.ts'
import type { ContentCoding } from '../representation/codings.ts'
import type { Compression } from '../representation/compression.ts'
import type { Offer } from '../representation/negotiation.ts'
import type { ResponseHeaders } from '../representation/response-headers.ts'
import type { SeekableBody } from '../representation/seekable.ts'

/** The limits that questions compare with. */
export interface RequestLimits {
  /** Characters of the request target. */
  readonly uri: number
  /** Header field lines. */
  readonly fields: number
  /** Bytes of content. */
  readonly content: number
}

/** One look at how long a message is and whom it is for. */
export interface UsualMessage {
  /** A host that has been looked at. */
  knownHost: string | undefined
  isOpen(run: Run): boolean
}

/** Asks the acting answers to one decision and gives the one that counts. */
export type Callback = (run: Run) => unknown

/** One answer to a decision as it was declared around a route, for those who explain. */
export interface DeclaredAnswer {
  readonly label: string
  readonly place: Place | undefined
  /** The name that the route would have to use for the answer to act. */
  readonly name: string | undefined
  /** Asks it; `undefined` when it does not act on the route. */
  readonly ask: Callback | undefined
}

/** What is settled about a route before the first request: questions fold themselves with it. */
export interface RouteFacts {
  /** What the path led to: a route of the user, or one of the answers for paths that lead to none. */
  readonly kind:
    | 'route'
    | 'options'
    | 'missing'
    | 'wrongMethod'
    | 'unknownMethod'
    | 'unreadable'
    | 'stopped'
    | 'preflight'
  /** How errors and explanations call it: `GET /users/{userId}`. */
  readonly label: string
  readonly method: string
  readonly settings: RouteSettings
  readonly limits: RequestLimits
  /** Tells a message that is like nearly all others. */
  readonly usual: UsualMessage
  readonly offers: readonly Offer<Run>[]
  /** What the entity tags of the representations at the path end with, those of its other methods too. */
  readonly tagSuffixes: () => readonly string[]
  readonly accepts: AcceptedContent
  /** The acting answers to a decision; `undefined` when nobody answers it. */
  readonly callback: (name: CallbackName) => Callback | undefined
  /** All answers to a decision that were declared around the route, the outermost first. */
  readonly declared: (name: CallbackName) => readonly DeclaredAnswer[]
  /** Where the handler was declared. */
  readonly place: Place | undefined
  /** Fills the values of validations, so that a fault in the content is found before the effect. */
  readonly validate: Callback | undefined
  /** Runs the handler. */
  readonly enact: Callback
  /** Writes the body of the result, before its ranges are compared with it. */
  readonly write: (run: Run) => WrittenBody | Promise<WrittenBody>
  /** The request methods of the path, for `Allow`; pseudo-routes learn them with the request. */
  readonly allowedAt: (path: string) => readonly string[]
  /** The media types that a method of the path reads, for OPTIONS; none when it reads any. */
  readonly typesAt: (path: string, method: string) => readonly string[]
  /** Asks GET at the target of a write for the entity tag that it gives now, and lets no other such write in between. */
  readonly tagAt: (run: Run) => Promise<ReadTag>
  /** The languages there are, the default one first. */
  readonly languages: readonly string[]
  /** The charsets there are, the default one first; none when everything is UTF-8 whatever a client says. */
  readonly charsets: Charsets
  /** The content codings there are. */
  readonly compression: Compression | undefined
  /** The algorithms of the digests that clients may ask for; none when they may not. */
  readonly digests: readonly DigestAlgorithm[]
  /** Whether a host is served here; `undefined` when all are. */
  readonly serves: ((host: string) => boolean) | undefined
  /** Finds an answer that the server keeps; `undefined` where it keeps none. */
  readonly recall: ((run: Run) => Promise<boolean>) | undefined
  /** Which pages of other origins may use it. */
  readonly cors: Cors | undefined
}

/** What the application's own GET says of the representation at a path. */
export interface ReadTag {
  readonly status: number
  /** `undefined` when there is none, or no representation that could have one. */
  readonly etag: EntityTag | undefined
}

/** The media types of request content that a route reads. */
export interface AcceptedContent {
  /** Whether anything on the route reads content. */
  readonly reads: boolean
  /** `any` when something reads the bytes as they are. */
  readonly types: readonly string[] | 'any'
  /** Whether the bytes are read as a whole, so that a stream of them is made from the whole. */
  readonly buffered: boolean
  /** What reads each type for `parsedBody`. */
  readonly parsers: ReadonlyMap<string, Callback>
}

/** An answer, and what it was made of. */
export interface MadeAnswer {
  /** Before the fields of policies and default header fields were added, and anything was coded. */
  readonly draft: Omit<Outcome, 'afterwards'>
  /** What `responseHeaders` had before the tear-down: what that adds is about this one request. Flat. */
  readonly own: readonly string[]
  readonly outcome: Outcome
}

/** What the server's own store has to do with the answer to one request (RFC 9111). */
export interface Storing {
  /** What it did, in the words of `Cache-Status` (RFC 9211 §2). */
  readonly status: string
  /** How old the answer is, in seconds; `undefined` when it is a new one. */
  readonly age: number | undefined
  /** Keeps the answer, if it may be kept; whether it is. `undefined` where it is not to be. */
  readonly keep: ((made: MadeAnswer) => Promise<boolean>) | undefined
  /** To be called when there will be no answer to keep: others wait for it. */
  readonly giveUp: (() => void) | undefined
}

/** What a decision that refuses adds to the response. */
export interface Refusal {
  readonly detail?: string
  readonly errors?: readonly Fault[]
  readonly members?: Readonly<Record<string, unknown>>
  readonly type?: string
  readonly title?: string
  /** What there is to choose from (300). */
  readonly choices?: readonly Choice[]
  /** Flat: name, value … */
  readonly headers?: readonly string[]
  /** In place of the status in the graph: 301 for 308, 302 for 307. */
  readonly status?: number
}

/** The validators of the selected representation (RFC 9110 §8.8). */
export interface Validators {
  readonly etag: EntityTag | undefined
  /** Milliseconds, whole seconds. */
  readonly lastModified: number | undefined
  /** Whether the entity tag is to be made from the bytes of the answer. */
  readonly fromAnswer: boolean
}

/** A result as it will be sent. */
export interface WrittenBody {
  readonly contentType: string | undefined
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | SeekableBody
}

/** What a client wants of a body (RFC 9110 §14). */
export interface WantedParts {
  readonly specs: readonly RangeSpec[]
  readonly whole: Whole
  /** What there is of it; empty until it is compared. */
  parts: readonly ByteRange[]
}

/** One request on its way through the graph. Nothing of it outlives the request. */
export class Run implements Timed {
  readonly exchange: Exchange
  readonly facts: RouteFacts
  /** The values of the path parameters. */
  readonly pathValues: Readonly<Record<string, string>>
  readonly values: unknown[]
  opened: Opening[] | undefined = undefined
  closeLate: ((opening: Opening) => void) | undefined = undefined
  /** What took time; `undefined` where nobody asks for it. */
  timings: Timings | undefined = undefined
  /** What the handler gave. */
  result: unknown = undefined
  /** Whether that is data and nothing else. */
  isData = false
  /** The status the handler chose itself. */
  status: number | undefined = undefined
  /** The representation that was chosen: the first, until negotiation chooses another. */
  offer: Offer<Run> | undefined
  /** The language of the answer; empty when none are declared. */
  language = ''
  /** The charset of text; `undefined` where none are declared. */
  charset: Charset | undefined = undefined
  /** The content coding that was negotiated, `null` for none; `undefined` as long as nobody asked. */
  coding: ContentCoding | null | undefined = undefined
  /** Whether the client takes no content as it is, whatever is worth coding. */
  plainRefused = false
  /** Whether the client has the representation in that coding. */
  coded = false
  /** Whether the result is an answer that was kept. */
  recalled = false
  /** Set from the look into the store until the answer is made. */
  storing: Storing | undefined = undefined
  /** Whether it is a read of the framework itself, which finds out what a write compares with. */
  isForWrite = false
  /** Lets the next write to the same path go on; set while this one keeps it waiting. */
  endTurn: (() => void) | undefined = undefined
  /** Whether `resourceExists` said no. */
  missing = false
  refusal: Refusal | undefined = undefined
  validators: Validators | undefined = undefined
  responseHeaders: ResponseHeaders | undefined = undefined
  /** The body of the result, where it was written before the end of the graph. */
  written: WrittenBody | undefined = undefined
  /** What the client wants of it; `undefined` is all. */
  partial: WantedParts | undefined = undefined
  /** Aborts the signal when the time is up; made when somebody asks for the signal. */
  stop: AbortController | undefined = undefined
  #signal: AbortSignal | undefined = undefined
  /** Whether the time was up before there was an answer. */
  isLate = false
  /** What ended the request, for those who write errors. */
  failure: unknown = undefined
  readonly #contextOf: ContextMaker
  #context: object | undefined = undefined
  #mediaType: MediaType | null | undefined = undefined
  #ifMatch: EntityTags | undefined = undefined
  #ifNoneMatch: EntityTags | undefined = undefined
  #preferences: Preferences | undefined = undefined

  constructor(
    exchange: Exchange,
    facts: RouteFacts,
    pathValues: Readonly<Record<string, string>>,
    values: unknown[],
    contextOf: ContextMaker,
  ) {
    this.exchange = exchange
    this.facts = facts
    this.pathValues = pathValues
    this.values = values
    this.#contextOf = contextOf
    this.offer = facts.offers[0]
  }

  /** What functions destructure; made when one of them asks for something. */
  get context(): object {
    this.#context ??= this.#contextOf(this.values)
    return this.#context
  }

  /** The methods by which the target can be reached. */
  get allowed(): readonly string[] {
    return this.facts.allowedAt(this.exchange.path ?? '')
  }

  /** Aborts when the client leaves or the time is up. */
  get signal(): AbortSignal {
    this.stop ??= new AbortController()
    this.#signal ??= AbortSignal.any([this.exchange.signal, this.stop.signal])
    return this.#signal
  }

  /** The tags of `If-Match`, read once. */
  get ifMatch(): EntityTags {
    this.#ifMatch ??= tagsIn(this.exchange, IF_MATCH, 'if-match')
    return this.#ifMatch
  }

  /** The tags of `If-None-Match`, read once. */
  get ifNoneMatch(): EntityTags {
    this.#ifNoneMatch ??= tagsIn(this.exchange, IF_NONE_MATCH, 'if-none-match')
    return this.#ifNoneMatch
  }

  /** What the client would like, read once. */
  get preferences(): Preferences {
    this.#preferences ??= parsePrefer(this.exchange.header('prefer') ?? '')
    return this.#preferences
  }

  /** What the client accepts, for those who write errors; `undefined` when it does not say. */
  get accept(): string | undefined {
    const { exchange } = this
    return exchange.has(ACCEPT) ? exchange.header('accept') : undefined
  }

  /** The media type of the content, read once; `null` when there is none or it cannot be read. */
  get mediaType(): MediaType | null {
    this.#mediaType ??= parseMediaType(this.exchange.header('content-type') ?? '') ?? null
    return this.#mediaType
  }
}

function tagsIn(exchange: Exchange, group: FieldGroup, name: string): EntityTags {
  return exchange.has(group) ? parseEntityTags(exchange.header(name)) : 'absent'
}
