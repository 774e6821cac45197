import { isRefused, Refusing } from '../decisions/asking.ts'
import { TAG_OF_ANSWER } from '../decisions/validators.ts'
import { type CallbackName, callbackKinds, callbackNames } from '../declaration/callbacks.ts'
import {
  Layer,
  PLAIN_ROUTE,
  PLAIN_SETTINGS,
  type RouteDeclaration,
  type RouteSettings,
} from '../declaration/layer.ts'
import { HttpError } from '../http/http-error.ts'
import { didYouMean } from '../injection/faults.ts'
import { type Injectable, readInjectable } from '../injection/injectable.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import { formatPlace, type Place } from '../injection/place.ts'
import type { DeclaredProvider } from '../injection/provider.ts'
import type { CloseTime } from '../injection/teardown.ts'
import { type Duration, parseDuration } from '../text/duration.ts'
import { declarePolicy, isPolicy, type Policies } from './declare-policy.ts'
import { readParser } from './parser.ts'
import { optionKinds } from './route-options.ts'
import { resultChecker, type StandardSchema } from './standard-schema.ts'

/** How a value is provided, besides by which function. */
export interface DependencyOptions {
  /** `request` (the default): once in each request. `session`: once in the process, on first use. */
  readonly scope?: 'request' | 'session'
  /** Makes a session value anew after this time: `'5m'`, or milliseconds. Implies `scope: 'session'`. */
  readonly ttl?: Duration
  /** When a generator goes on after its `yield`: before the response is sent (the default), or after. */
  readonly close?: CloseTime
}

// `then` would make a context look like a promise; the others reach into the prototype.
const RESERVED = new Set([
  'then',
  'constructor',
  'prototype',
  '__proto__',
  'toString',
  'valueOf',
  'hasOwnProperty',
])

/** Whether JavaScript itself gives the name a meaning, or may come to. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name) || name.startsWith('$')
}

/** Refuses to add to a layer whose application has started. */
export function checkOpen(layer: Layer, what: string): void {
  if (!layer.sealed) return
  throw new Error(
    `Cannot add ${what}: the application has started; declare everything before the first request`,
  )
}

/** Reads a function that a layer declares. */
export function readDeclared(
  layer: Layer,
  label: string,
  fn: AnyFunction,
  place: Place | undefined,
): Injectable {
  checkOpen(layer, label)
  return readInjectable(fn, label, place)
}

/** A call that declares a provider. */
interface ProviderCall {
  /** How errors call it: `dependency "pool"`. */
  readonly label: string
  readonly name: string
  readonly fn: AnyFunction
  readonly options?: DependencyOptions
  readonly place: Place | undefined
  readonly refine?: DeclaredProvider['refine']
}

/** Declares a provider. */
export function declareProvider(layer: Layer, call: ProviderCall): DeclaredProvider {
  const { label, name, fn, options = {}, place, refine } = call
  const { scope = 'request', ttl, close = 'before-response' } = options
  checkOpen(layer, label)
  const make = readInjectable(fn, label, place)
  const provider: DeclaredProvider = {
    source: 'declared',
    name,
    make,
    scope: ttl === undefined ? scope : 'session',
    ttl: ttl === undefined ? undefined : readDuration(layer, ttl, `${label}: ttl`, place),
    close,
    refine,
    absent: undefined,
  }
  if (ttl !== undefined && make.kind === 'generator') {
    layer.faults.push({
      message: `${label}: a value with a ttl cannot be a generator`,
      lines: [
        'requests may still use the old value when the new one is made',
        'give a plain value, or leave ttl out',
      ],
      place,
    })
  }
  keepProvider(layer, provider, place)
  return provider
}

function keepProvider(layer: Layer, provider: DeclaredProvider, place: Place | undefined): void {
  const { name, make } = provider
  const known = layer.providers.get(name)
  if (known !== undefined) {
    const first = known.make.place === undefined ? [] : [`the first:    ${formatPlace(known.make.place)}`]
    const lines = [...first, 'one name has one meaning: name one of them differently']
    layer.faults.push({ message: `${make.label}: the name is taken`, lines, place })
  } else if (isReserved(name)) {
    const lines = ['a name that JavaScript itself uses cannot be provided', 'choose another one']
    layer.faults.push({ message: `${make.label}: the name is reserved`, lines, place })
  } else layer.providers.set(name, provider)
}

/** Declares an answer to a decision: `(fn)` or `('name', fn)`. */
export function declareDecision(
  layer: Layer,
  callback: CallbackName,
  given: readonly [AnyFunction] | readonly [string, AnyFunction],
  place: Place | undefined,
): void {
  const [name, fn] = given.length === 1 ? [undefined, given[0]] : given
  const label = name === undefined ? callback : `${callback} "${name}"`
  checkOpen(layer, label)
  const ask = readInjectable(fn, label, place)
  layer.decisions.push({ callback, name, ask })
  if (name === undefined) return
  const absent = (value: unknown): unknown =>
    isRefused(callback, value) ? refusalOf(callback, value) : undefined
  keepProvider(
    layer,
    {
      source: 'declared',
      name,
      make: ask,
      scope: 'request',
      ttl: undefined,
      close: 'before-response',
      refine: undefined,
      absent,
    },
    place,
  )
}

// Who asks for the value of a decision before the decision was made gets its answer.
function refusalOf(callback: CallbackName, value: unknown): HttpError {
  const headers =
    value instanceof Refusing ? { [value.headers[0] as string]: value.headers[1] as string } : {}
  return new HttpError(callbackKinds[callback].refusal, undefined, { headers })
}

/** Declares a route with its options. */
export function declareRoute(
  layer: Layer,
  method: string,
  path: string,
  fn: AnyFunction,
  options: object | undefined,
  place: Place | undefined,
): void {
  const label = `${method} ${path}`
  checkOpen(layer, label)
  const handler = readInjectable(fn, label, place)
  const own = options === undefined ? PLAIN : declareOptions(label, { ...options }, place)
  layer.faults.push(...own.layer.faults)
  if (!METHOD.test(method)) {
    const mend = 'methods are upper case by convention: GET, POST, PURGE'
    fault(layer, `${label}: "${method}" is no method`, place, mend)
  }
  layer.routes.push({ method, path, handler, ...own })
}

const METHOD = /^[!#$%&'*+.^_`|~\w-]+$/

/** What the options of a route say. */
type RouteOwn = Pick<RouteDeclaration, 'settings' | 'returns' | 'layer'>

const PLAIN: RouteOwn = { settings: PLAIN_SETTINGS, returns: undefined, layer: PLAIN_ROUTE }

function declareOptions(
  label: string,
  options: Readonly<Record<string, unknown>>,
  place: Place | undefined,
): RouteOwn {
  const layer = new Layer('route')
  for (const [name, value] of Object.entries(options)) declareOption(layer, label, name, value, place)
  return {
    settings: settingsOf(layer, label, options, place),
    returns: returnsOf(layer, label, options.returns, place),
    layer,
  }
}

function declareOption(
  own: Layer,
  label: string,
  name: string,
  value: unknown,
  place: Place | undefined,
): void {
  if (value === undefined) return
  if (callbackNames.includes(name as CallbackName)) {
    if (name === 'preconditionRequired' && value === false) return
    const fn = writtenOut(name, value)
    if (typeof fn === 'function') declareDecision(own, name as CallbackName, [fn as AnyFunction], place)
    else fault(own, `${label}: ${name} is a function`, place, got(value))
  } else if ((name === 'provides' || name === 'accepts') && (typeof value !== 'object' || value === null)) {
    fault(own, `${label}: ${name} is an object of functions by media type`, place, got(value))
  } else if (name === 'provides') {
    for (const [type, render] of Object.entries(value as object)) {
      own.renderers.set(type, render === false ? false : readInjectable(render, `${label} as ${type}`, place))
    }
  } else if (name === 'accepts') {
    for (const [type, parse] of Object.entries(value as object)) {
      declareParser(own, type, parse, `${label} accepts ${type}`, place)
    }
  } else if (isPolicy(name) && optionKinds[name] === 'policy') {
    declareOptionPolicy(own, label, name, value, place)
  } else if (!Object.hasOwn(optionKinds, name)) {
    const known = [...Object.keys(optionKinds), ...callbackNames]
    fault(own, `${label}: there is no option "${name}"`, place, ...didYouMean(name, known))
  }
}

/** Declares how content of a media type is read. */
export function declareParser(
  layer: Layer,
  type: string,
  parser: AnyFunction | boolean,
  label: string,
  place: Place | undefined,
): void {
  const parse = typeof parser === 'boolean' ? parser : readParser(parser, label, place)
  layer.parsers.set(type.toLowerCase(), { parse, label, place })
}

// What is said with one word, as the function it stands for.
function writtenOut(name: string, value: unknown): unknown {
  if (name === 'preconditionRequired' && value === true) return () => true
  return name === 'etag' && value === 'auto' ? () => TAG_OF_ANSWER : value
}

function declareOptionPolicy(
  own: Layer,
  label: string,
  name: keyof Policies,
  value: unknown,
  place: Place | undefined,
): void {
  try {
    declarePolicy(own, name, value as never)
  } catch (error) {
    const [first = '', ...lines] = (error as Error).message.split('\n')
    fault(own, `${label}: ${first}`, place, ...lines.map((line) => line.trim()))
  }
}

function returnsOf(
  own: Layer,
  label: string,
  schema: unknown,
  place: Place | undefined,
): RouteDeclaration['returns'] {
  if (schema === undefined) return undefined
  const standard = (schema as Partial<StandardSchema<unknown>> | null)?.['~standard']
  if (typeof standard?.validate === 'function') return resultChecker(schema as StandardSchema<unknown>, label)
  fault(
    own,
    `${label}: returns is a schema`,
    place,
    got(schema),
    'give one that follows Standard Schema: zod, valibot, arktype …',
  )
  return undefined
}

function settingsOf(
  own: Layer,
  label: string,
  options: Readonly<Record<string, unknown>>,
  place: Place | undefined,
): RouteSettings {
  const is = (name: string): boolean => options[name] === true
  const { timeout, bodyLimit } = options
  for (const [name, kind] of Object.entries(optionKinds)) {
    const value = options[name]
    if (kind === 'boolean' && value !== undefined && typeof value !== 'boolean') {
      fault(own, `${label}: ${name} is true or false`, place, got(value))
    }
  }
  if (bodyLimit !== undefined && !(Number.isSafeInteger(bodyLimit) && (bodyLimit as number) >= 0)) {
    fault(own, `${label}: bodyLimit is a number of bytes`, place, got(bodyLimit))
  }
  return {
    bypassStateMachine: is('bypassStateMachine'),
    skipContentNegotiation: is('skipContentNegotiation'),
    skipAuthCheck: is('skipAuthCheck'),
    allowMissingPost: is('allowMissingPost'),
    allowMissingPut: is('allowMissingPut'),
    timeout:
      timeout === undefined ? undefined : readDuration(own, timeout as Duration, `${label}: timeout`, place),
    bodyLimit: bodyLimit as number | undefined,
  }
}

function readDuration(
  layer: Layer,
  duration: Duration,
  label: string,
  place: Place | undefined,
): number | undefined {
  try {
    return parseDuration(duration)
  } catch {
    fault(layer, `${label} is a span of time: "5m", "30s", or milliseconds above 0`, place, got(duration))
    return undefined
  }
}

function got(value: unknown): string {
  return `got ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`
}

function fault(layer: Layer, message: string, place: Place | undefined, ...lines: readonly string[]): void {
  layer.faults.push({ message, lines, place })
}
