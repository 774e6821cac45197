import { type Injectable, readInjectable } from '../injection/injectable.ts'
import type { AnyFunction } from '../injection/parameters.ts'
import type { Place } from '../injection/place.ts'
import { isThenable } from '../injection/thenable.ts'

const SOURCE = Symbol('what a parser works upon')

interface Sourced {
  readonly [SOURCE]: AnyFunction
}

/**
 * Makes a parser of JSON content that works upon what `source` gives: it asks for the names that `source` asks for,
 * and for the content.
 */
export function parserOver<Given>(
  source: (given: Given) => unknown,
  read: (value: unknown, content: unknown) => unknown,
): (given: Given) => unknown {
  function parse(given: Given): unknown {
    const { jsonBody } = given as { readonly jsonBody?: unknown }
    const value = source(given)
    return isThenable(value) ? value.then((later) => read(later, jsonBody)) : read(value, jsonBody)
  }
  return Object.assign(parse, { [SOURCE]: source })
}

/** Reads what a parser asks for. */
export function readParser(parser: AnyFunction, label: string, place: Place | undefined): Injectable {
  const source = typeof parser === 'function' ? (parser as Partial<Sourced>)[SOURCE] : undefined
  if (source === undefined) return readInjectable(parser, label, place)
  const { needs, refused } = readInjectable(source, label, place)
  const run = parser as Injectable['run']
  const content = { name: 'jsonBody', optional: false }
  return { run, needs: [...needs, content], kind: 'function', label, place, refused }
}
