import type { CallbackName } from '../declaration/callbacks.ts'
import { callbackKinds } from '../declaration/callbacks.ts'
import { formatPlace, type Place } from '../injection/place.ts'
import { Refusing } from './asking.ts'
import type { DeclaredAnswer, Run } from './run.ts'

/** What one declared answer said while a request was explained. */
export interface Said {
  readonly answer: DeclaredAnswer
  readonly value: unknown
}

/** Gives what was said about a decision, in the order in which it was said. */
export type Hearing = (name: CallbackName) => readonly Said[]

/** The fields whose values may be shown to whoever explains a request: none of them is a secret. */
export type ToldField =
  | 'accept'
  | 'accept-charset'
  | 'accept-encoding'
  | 'accept-language'
  | 'content-digest'
  | 'content-encoding'
  | 'content-range'
  | 'content-type'
  | 'expect'
  | 'host'
  | 'if-match'
  | 'if-modified-since'
  | 'if-none-match'
  | 'if-range'
  | 'if-unmodified-since'
  | 'prefer'
  | 'range'
  | 'repr-digest'

const LONGEST = 200
const MOVING: readonly CallbackName[] = ['movedPermanently', 'movedTemporarily', 'multipleChoices']

/** `If-None-Match: "3"`, or `no If-None-Match`. */
export function tellField({ exchange }: Run, name: ToldField): string {
  const value = exchange.header(name)
  return value === undefined ? `no ${fieldName(name)}` : `${fieldName(name)}: ${onOneLine(value)}`
}

/** Those of the fields that the request has; what is said when it has none of them. */
export function tellFields(run: Run, names: readonly ToldField[], otherwise: string): string {
  const sent = names.filter((name) => run.exchange.header(name) !== undefined)
  return sent.length === 0 ? otherwise : sent.map((name) => tellField(run, name)).join(', ')
}

/** `if-none-match` → `If-None-Match` */
export function fieldName(name: string): string {
  if (name === 'www-authenticate') return 'WWW-Authenticate'
  return name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

/** Text that came from outside, short and without what would move a cursor or begin a line. */
export function onOneLine(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text
  return cut.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** `authorized "user" (src/app.ts:12:5)`. */
export function tellPlace({ label, place }: { label: string; place: Place | undefined }): string {
  return place === undefined ? label : `${label} (${formatPlace(place)})`
}

/** What those who were asked about a decision answered. */
export function tellSaid(name: CallbackName, heard: Hearing): string {
  return heard(name)
    .map(({ answer, value }) => `${tellPlace(answer)} ${tellValue(name, value)}`)
    .join('; ')
}

// A value may be a secret or whole records, so only what the client is told anyway is shown of it.
function tellValue(name: CallbackName, value: unknown): string {
  if (value instanceof Refusing) {
    const [field = '', sent = ''] = value.headers
    return `refused with ${fieldName(field)}: ${onOneLine(sent)}`
  }
  if (value === undefined || value === null || typeof value === 'boolean' || value === 0)
    return `answered ${String(value)}`
  if (value === '') return 'answered an empty string'
  if (name === 'authorized') return 'answered a value, which is not shown'
  if (MOVING.includes(name)) return `answered ${locationOf(value)}`
  // With such a sentence it refuses: it stands in the response.
  if (callbackKinds[name].asks === 'mustNot' && (typeof value === 'string' || typeof value === 'number'))
    return `answered ${typeof value === 'number' ? value : `"${onOneLine(value)}"`}`
  return `answered ${Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`}`
}

function locationOf(value: unknown): string {
  if (typeof value === 'string' || value instanceof URL) return onOneLine(String(value))
  if (typeof value !== 'object' || value === null || !('location' in value)) return `a ${typeof value}`
  const status = 'status' in value ? `, ${String(value.status)}` : ''
  return `${onOneLine(String(value.location))}${status}`
}
