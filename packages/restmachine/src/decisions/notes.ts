import { Refusing } from './asking.ts'
import type { Refusal, Run } from './run.ts'

/** Keeps what a refusing answer brings for the response. */
export function noteRefusing(value: unknown, run: Run): void {
  if (value instanceof Refusing) run.refusal = { headers: value.headers }
  else if (typeof value === 'string') run.refusal = { detail: value }
}

/** Keeps the sentence with which a callback refuses, if it gave one. */
export function noteDetail(value: unknown, run: Run): void {
  if (typeof value === 'string') run.refusal = { detail: value }
}

/** Keeps how long a client has to wait: a number of seconds, or what {@link noteRefusing} takes. */
export function noteWait(value: unknown, run: Run): void {
  if (typeof value === 'number') run.refusal = { headers: ['retry-after', String(Math.ceil(value))] }
  else noteRefusing(value, run)
}

/** Where a resource went, as a callback says it: an address, or an address with its status. */
export type Moved = string | URL | { readonly location: string | URL; readonly status?: number }

/** Keeps the address of a moved resource. */
export function noteLocation(value: unknown, run: Run): void {
  if (typeof value === 'string' || value instanceof URL) run.refusal = locate(String(value))
  else if (typeof value === 'object' && value !== null && 'location' in value) {
    const { location, status } = value as { location: unknown; status?: number }
    run.refusal = { ...locate(String(location)), ...(status === undefined ? {} : { status }) }
  }
}

// A field can hold no more than visible ASCII, and neither can a URI (RFC 3986 §2).
function locate(location: string): Refusal {
  return { headers: ['location', location.replace(/[^\x21-\x7e]+/g, encodeURIComponent)] }
}
