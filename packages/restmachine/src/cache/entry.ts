import { decodeText } from './decode.ts'
import { encodeValue } from './encode.ts'
import type { TagTokens } from './tags.ts'

/** Grows when the form changes: what another version wrote is no entry. */
const VERSION = 1

/** A value as a store keeps it. */
export interface Entry {
  readonly value: unknown
  /** Until when it is fresh, in milliseconds since 1970; 0 when that is as long as it is kept. */
  readonly freshUntil: number
  /** The tags it was stored with, each with its token of that time. */
  readonly tags: TagTokens
}

/** @throws {TypeError} When the value cannot be kept: see {@link encodeValue}. */
export function encodeEntry({ value, freshUntil, tags }: Entry): string {
  return JSON.stringify([VERSION, freshUntil, tags, encodeValue(value)])
}

/** The entry that a text is, or nothing when it is none. */
export function decodeEntry(text: string): Entry | undefined {
  try {
    const parts = decodeText(text)
    if (!Array.isArray(parts) || parts.length !== 4) return undefined
    const [version, freshUntil, tags, value] = parts
    if (version !== VERSION || typeof freshUntil !== 'number' || !areTokens(tags)) return undefined
    return { value, freshUntil, tags }
  } catch {
    return undefined
  }
}

function areTokens(tags: unknown): tags is TagTokens {
  return (
    Array.isArray(tags) &&
    tags.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'),
    )
  )
}
