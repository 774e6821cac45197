import type { Run } from '../decisions/run.ts'
import { type Chain, innermost, type RouteDeclaration } from '../declaration/layer.ts'
import { formatMediaType, type MediaType, parseMediaType } from '../http/media-type.ts'
import type { Faults } from '../injection/faults.ts'
import type { Injectable } from '../injection/injectable.ts'
import type { Plan } from '../injection/plan.ts'
import type { Offer } from '../representation/negotiation.ts'

interface Representation {
  readonly mediaType: MediaType
  /** `undefined` writes JSON. */
  readonly render: Injectable | undefined
  readonly own: boolean
}

const JSON_ITSELF: Representation = {
  mediaType: parseMediaType('application/json') as MediaType,
  render: undefined,
  own: false,
}

type Refuse = (type: string, render: Injectable | false) => void

/**
 * The representations of a route, in the order in which equals are preferred: JSON, then those of the
 * application, of the router, of the resource, of the route. An inner layer replaces the renderer of a
 * type, or takes the type away with `false`.
 */
export function offersOf(chain: Chain, plan: Plan<Run>, faults: Faults): readonly Offer<Run>[] {
  const representations = representationsOf(chain, (type, render) => {
    const { label = type, place = undefined } = render === false ? {} : render
    faults.add(`${label}: "${type}" is no media type`, place, 'write type and subtype, such as "text/html"')
  })
  const suffixes = tagSuffixes(representations)
  return representations.map(({ mediaType, render, own }, index) => ({
    mediaType,
    contentType: contentTypeOf(mediaType),
    render: render === undefined ? undefined : plan.invoker(render),
    own,
    tagSuffix: suffixes[index] as string,
  }))
}

/** What entity tags end with, of any representation that a method at the path of `route` gives. */
export function tagSuffixesAt(chain: Chain, route: RouteDeclaration): readonly string[] {
  const around = chain.slice(0, -1)
  const siblings = around.at(-1)?.routes.filter(({ path }) => path === route.path) ?? []
  return [...new Set(siblings.flatMap(({ layer }) => variantSuffixes([...around, layer])))]
}

function variantSuffixes(chain: Chain): readonly string[] {
  const charsets = innermost(chain, (layer) => layer.charsets)?.list ?? []
  const compression = innermost(chain, (layer) => layer.compression)
  const inCharset = charsets.slice(1).map(({ name }) => `~${name}`)
  const coded = compression ? compression.codings.map(({ name }) => `~${name}`) : []
  return tagSuffixes(representationsOf(chain)).flatMap((suffix) =>
    ['', ...inCharset].flatMap((charset) => ['', ...coded].map((coding) => suffix + charset + coding)),
  )
}

function representationsOf(chain: Chain, refuse: Refuse = () => undefined): readonly Representation[] {
  const found = new Map<string, Representation>([['application/json', JSON_ITSELF]])
  for (const { kind, renderers } of chain) {
    const own = kind === 'resource' || kind === 'route'
    for (const [type, render] of renderers) {
      const mediaType = parseMediaType(type)
      if (mediaType === undefined) refuse(type, render)
      else if (render === false) found.delete(contentTypeOf(mediaType))
      else found.set(contentTypeOf(mediaType), { mediaType, render, own })
    }
  }
  return [...found.values()]
}

// Each representation has a strong tag of its own, also `text/xml` beside `application/xml`.
function tagSuffixes(representations: readonly Representation[]): readonly string[] {
  const subtypes = representations.map(({ mediaType }) => mediaType.subtype)
  return subtypes.map((subtype, index) => {
    if (index === 0) return ''
    return subtypes.indexOf(subtype) === index ? `~${subtype}` : `~${subtype}~${index}`
  })
}

// Text goes out as UTF-8 and says so; JSON is always UTF-8 and has no such parameter (RFC 8259 §11).
function contentTypeOf(mediaType: MediaType): string {
  if (mediaType.type !== 'text' || mediaType.parameters.has('charset')) return formatMediaType(mediaType)
  return formatMediaType({
    essence: mediaType.essence,
    parameters: new Map([...mediaType.parameters, ['charset', 'utf-8']]),
  })
}
