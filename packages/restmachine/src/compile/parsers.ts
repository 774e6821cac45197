import type { Callback, Run } from '../decisions/run.ts'
import type { Chain, Layer } from '../declaration/layer.ts'
import { parseMediaType } from '../http/media-type.ts'
import type { Faults } from '../injection/faults.ts'
import type { Injectable } from '../injection/injectable.ts'
import type { Plan } from '../injection/plan.ts'
import { builtInParser, builtInParsers } from './natives.ts'

type Parser = Injectable | Callback

/**
 * What `parsedBody` reads on a route, by media type.
 *
 * What an application or a router accepts is added to the built-in types. What a resource or a route accepts is the
 * whole list: there `true` takes a type as the layers around read it, or as it is read without any.
 */
export function parsersOf(chain: Chain, plan: Plan<Run>, faults: Faults): ReadonlyMap<string, Callback> {
  const known = new Map<string, Parser>(builtInParsers)
  let accepted = new Set(builtInParsers.keys())
  let isClosed = false

  for (const layer of chain) {
    if (!isClosed && closes(layer)) {
      isClosed = true
      accepted = new Set()
    }
    for (const [type, { parse, label, place }] of layer.parsers) {
      const mediaType = parseMediaType(type)
      if (mediaType === undefined) {
        const mend = 'write one type and subtype, such as "text/csv"; a range is none'
        faults.add(`${label}: "${type}" is no media type`, place, mend)
        continue
      }
      const { essence } = mediaType
      if (parse === false) {
        known.delete(essence)
        accepted.delete(essence)
        continue
      }
      const parser = parse === true ? (known.get(essence) ?? builtInParser(essence)) : parse
      if (parser === undefined) {
        const mend = 'give a function; true is for JSON, forms, multipart/form-data and text'
        faults.add(`${label}: nothing is built in that reads ${essence}`, place, mend)
        continue
      }
      known.set(essence, parser)
      accepted.add(essence)
    }
  }

  const parsers = new Map<string, Callback>()
  for (const essence of accepted) {
    const parser = known.get(essence) as Parser
    parsers.set(essence, typeof parser === 'function' ? parser : plan.invoker(parser))
  }
  return parsers
}

// Who only takes types away leaves the list open.
function closes({ kind, parsers }: Layer): boolean {
  const isInner = kind === 'resource' || kind === 'route'
  return isInner && [...parsers.values()].some(({ parse }) => parse !== false)
}
