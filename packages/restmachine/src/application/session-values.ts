import { nativeNames } from '../compile/natives.ts'
import type { Chain, Layer } from '../declaration/layer.ts'
import { didYouMean, type Faults } from '../injection/faults.ts'
import { formatPlace } from '../injection/place.ts'
import type { DeclaredProvider } from '../injection/provider.ts'
import { serviceNames } from './collect.ts'

/** The providers of the session, by name: it is one for all layers of an application. */
export function sessionProviders(
  layers: readonly Layer[],
  faults: Faults,
): ReadonlyMap<string, DeclaredProvider> {
  const providers = new Map<string, DeclaredProvider>()
  for (const { providers: own } of layers) {
    for (const provider of own.values()) {
      if (provider.scope !== 'session') continue
      const known = providers.get(provider.name)
      if (known !== undefined && known !== provider) {
        faults.add(
          `${provider.make.label}: another layer has a session value of this name`,
          provider.make.place,
          `the other:    ${formatPlace(known.make.place)}`,
          'the session is one for the whole application: name one of them differently',
        )
      }
      providers.set(provider.name, provider)
    }
  }
  return providers
}

/** An application and all layers in it, those of its routes too; each once. */
export function layersOf(layer: Layer): readonly Layer[] {
  const found = new Set<Layer>()
  function walk(next: Layer): void {
    if (found.has(next)) return
    found.add(next)
    for (const route of next.routes) found.add(route.layer)
    for (const { layer: inner } of next.mounted) walk(inner)
  }
  walk(layer)
  return [...found]
}

/** The names that the layers around a route provide. */
export function namesIn(chain: Chain): readonly string[] {
  return chain.flatMap(({ providers }) => [...providers.keys()])
}

/** Finds the values fixed by `with` whose names nobody provides. */
export function checkOverrides(
  overrides: ReadonlyMap<string, unknown>,
  layers: readonly Layer[],
  faults: Faults,
): void {
  const known = new Set([...serviceNames, ...namesIn(layers), ...nativeNames])
  for (const name of overrides.keys()) {
    if (known.has(name)) continue
    faults.add(`with({ ${name} }): nothing provides "${name}"`, undefined, ...didYouMean(name, known))
  }
}
