import type { Run } from '../decisions/run.ts'
import type { Chain } from '../declaration/layer.ts'
import { formatMediaType, type MediaType, parseMediaType } from '../http/media-type.ts'
import type { Faults } from '../injection/faults.ts'
import type { Injectable } from '../injection/injectable.ts'
import type { Plan } from '../injection/plan.ts'
import type { Offer } from '../representation/negotiation.ts'

const JSON_MEDIA_TYPE = parseMediaType('application/json') as MediaType

/**
 * The representations of a route, in the order in which equals are preferred: JSON, then those of the
 * application, of the router, of the resource, of the route. An inner layer replaces the renderer of a
 * type, or takes the type away with `false`.
 */
export function offersOf(chain: Chain, plan: Plan<Run>, faults: Faults): readonly Offer<Run>[] {
  const renderers = new Map<string, Injectable | undefined>([['application/json', undefined]])
  for (const layer of chain) {
    for (const [type, render] of layer.renderers) {
      if (render === false) renderers.delete(type)
      else renderers.set(type, render)
    }
  }
  const offers: Offer<Run>[] = []
  for (const [type, render] of renderers) {
    const mediaType = render === undefined ? JSON_MEDIA_TYPE : parseMediaType(type)
    if (mediaType === undefined || mediaType.subtype === '*') {
      faults.add(
        `${render?.label ?? type}: "${type}" is no media type`,
        render?.place,
        'write type and subtype, such as "text/html"',
      )
      continue
    }
    offers.push({
      mediaType,
      contentType: contentTypeOf(mediaType),
      render: render === undefined ? undefined : plan.invoker(render),
      tagSuffix: offers.length === 0 ? '' : `~${mediaType.subtype}`,
    })
  }
  return offers
}

// Text goes out as UTF-8 and says so; JSON is always UTF-8 and has no such parameter (RFC 8259 §11).
function contentTypeOf(mediaType: MediaType): string {
  if (mediaType.type !== 'text' || mediaType.parameters.has('charset')) return formatMediaType(mediaType)
  return formatMediaType({
    essence: mediaType.essence,
    parameters: new Map([...mediaType.parameters, ['charset', 'utf-8']]),
  })
}
