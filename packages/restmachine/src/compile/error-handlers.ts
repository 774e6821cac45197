import type { Callback, Run } from '../decisions/run.ts'
import type { Chain } from '../declaration/layer.ts'
import { parseAccept } from '../http/accept.ts'
import { type MediaType, parseMediaType } from '../http/media-type.ts'
import type { Plan } from '../injection/plan.ts'
import { qualityOf } from '../representation/negotiation.ts'

const PROBLEM = parseMediaType('application/json') as MediaType

/** One function that writes errors. */
export interface ErrorHandler {
  readonly statuses: readonly number[]
  readonly type: MediaType | undefined
  readonly handle: Callback
}

/** The error handlers around a route, those of the innermost layer first. */
export function errorHandlersOf(chain: Chain, plan: Plan<Run>): ErrorHandler[][] {
  return chain.toReversed().map((layer) =>
    layer.errorHandlers.map(({ statuses, type, handle }) => ({
      statuses,
      type: type === undefined ? undefined : parseMediaType(type),
      handle: plan.invoker(handle),
    })),
  )
}

/**
 * The most specific status wins, then the innermost layer, then the type the client wants most. Who has
 * no wish for a handler's type gets the problem: an HTML page is for those who ask for HTML.
 */
export function chooseHandler(
  layers: readonly (readonly ErrorHandler[])[],
  status: number,
  accept: string | undefined,
): ErrorHandler | undefined {
  const wanted = layers.map((layer) => layer.filter(({ statuses }) => statuses.includes(status)))
  const general = layers.map((layer) => layer.filter(({ statuses }) => statuses.length === 0))
  for (const handlers of [...wanted, ...general]) {
    const chosen = chooseType(handlers, accept)
    if (chosen !== undefined) return chosen
  }
  return undefined
}

function chooseType(handlers: readonly ErrorHandler[], accept: string | undefined): ErrorHandler | undefined {
  if (handlers.length === 0) return undefined
  const ranges = parseAccept(accept ?? '*/*')
  const untyped = handlers.find(({ type }) => type === undefined)
  let chosen = untyped
  let best = untyped === undefined ? qualityOf(PROBLEM, ranges) : 0
  for (const handler of handlers) {
    if (handler.type === undefined) continue
    const quality = qualityOf(handler.type, ranges)
    const isJson = handler.type.subtype === 'json' || handler.type.suffix === 'json'
    // A handler for JSON stands in the problem's own place, so a tie is its.
    if (quality > best || (isJson && quality > 0 && quality === best && chosen === undefined)) {
      chosen = handler
      best = quality
    }
  }
  return chosen
}
