import type { CallbackName } from '../declaration/callbacks.ts'
import { formatLocation } from '../http/location.ts'
import type { Choice } from '../representation/choices.ts'
import { Refusing } from './asking.ts'
import type { Refusal, Run } from './run.ts'

/** Keeps what a refusing answer brings for the response. */
export function noteRefusing(value: unknown, run: Run): void {
  if (value instanceof Refusing) run.refusal = { headers: value.headers }
  else if (typeof value === 'string') run.refusal = { detail: value }
}

/** Keeps the sentence with which a callback refuses, if it gave one. */
export function noteDetail(value: unknown, run: Run): void {
  if (typeof value === 'string' && value !== '') run.refusal = { detail: value }
}

/** Keeps how long a client has to wait: a number of seconds, or what {@link noteRefusing} takes. */
export function noteWait(value: unknown, run: Run): void {
  if (typeof value === 'number') run.refusal = { headers: ['retry-after', String(Math.ceil(value))] }
  else noteRefusing(value, run)
}

/** Where a resource went, as a callback says it: an address, or an address with its status. */
export type Moved = string | URL | { readonly location: string | URL; readonly status?: number }

/**
 * Makes what keeps the address of a moved resource: without one, nobody could go there.
 *
 * @param decision Who says it, for the error.
 */
export function noteMoved(decision: CallbackName): (value: unknown, run: Run) => void {
  return (value, run) => {
    run.refusal = locate(value)
    if (run.refusal !== undefined) return
    const needed = 'a path, a URL, or { location, status } is needed'
    throw new TypeError(
      `Cannot read what "${decision}" answered: ${needed}, got ${typeof value} ${String(value)}`,
    )
  }
}

/**
 * Keeps what there is to choose from: an address, or a list.
 *
 * @throws {TypeError} When one of the list has no address.
 */
export function noteChoices(value: unknown, run: Run): void {
  if (Array.isArray(value)) run.refusal = { choices: (value as readonly Choice[]).map(addressed) }
  else run.refusal = locate(value)
}

function addressed(choice: Choice): Choice {
  if (typeof choice?.uri !== 'string')
    throw new TypeError(
      `Cannot offer choices: each needs a uri, such as { uri: '/page.de' }, got ${JSON.stringify(choice)}`,
    )
  return { ...choice, uri: formatLocation(choice.uri) }
}

function locate(value: unknown): Refusal | undefined {
  if (typeof value === 'string' || value instanceof URL)
    return { headers: ['location', formatLocation(String(value))] }
  if (typeof value !== 'object' || value === null || !('location' in value)) return undefined
  const { location, status } = value as { location: unknown; status?: number }
  if (typeof location !== 'string' && !(location instanceof URL)) return undefined
  return {
    headers: ['location', formatLocation(String(location))],
    ...(status === undefined ? {} : { status }),
  }
}
