import { type Chain, Layer } from '../declaration/layer.ts'
import type { CompressionOptions } from '../representation/compression.ts'
import type { ApplicationOptions } from './application-options.ts'
import { declarePolicy } from './declare-policy.ts'

/** What whoever serves an application may say where its code says nothing. */
export interface ServedDefaults
  extends Pick<
    ApplicationOptions,
    'logger' | 'bodyLimit' | 'handlerTimeout' | 'slowRequest' | 'serverTiming'
  > {
  /** How content is coded for those who take it coded. */
  readonly compression?: CompressionOptions | boolean
}

/**
 * Sorts defaults into those that are options of an application, and what stands around all of its layers: there it
 * holds for what no layer within says, as each layer does.
 *
 * @param own The options of the application, which go first.
 */
export function underneath(
  own: ApplicationOptions,
  { compression, ...defaults }: ServedDefaults,
): { readonly options: ApplicationOptions; readonly around: Chain } {
  const said = Object.entries(own).filter(([, value]) => value !== undefined)
  const options: ApplicationOptions = { ...defaults, ...Object.fromEntries(said) }
  if (compression === undefined) return { options, around: [] }
  const layer = new Layer('application')
  declarePolicy(layer, 'compression', compression)
  return { options, around: [layer] }
}
