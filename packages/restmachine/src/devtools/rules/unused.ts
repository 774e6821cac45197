import { serviceNames } from '../../application/collect.ts'
import { nativeNames } from '../../compile/natives.ts'
import { callbackKinds } from '../../declaration/callbacks.ts'
import { type DecisionDeclaration, innermost, type Layer } from '../../declaration/layer.ts'
import { didYouMean } from '../../injection/faults.ts'
import type { Injectable } from '../../injection/injectable.ts'
import type { DeclaredProvider } from '../../injection/provider.ts'
import type { Declared } from '../declared.ts'
import { type Finding, listRoutes, type Rule } from '../rule.ts'

/** Decisions that no request is asked. */
export const unusedDecision: Rule = (declared) =>
  unusedDecisions(declared).map(({ layer, decision }) => {
    const { callback, name, ask } = decision
    const isOuter = layer.kind === 'application' || layer.kind === 'router'
    const waits = name !== undefined && isOuter && !callbackKinds[callback].guard
    const what = waits ? `no route asks for "${name}", so it is never asked` : 'it acts on no route'
    const mend = waits
      ? `ask for "${name}" where it has to hold; without a name, ${callback}(fn), it acts on every route of its layer`
      : 'remove it: its layer has no routes, or each answers it itself or leaves it out'
    return about(ask, what, mend)
  })

/** Providers that nobody asks for. */
export const unusedProvider: Rule = (declared) =>
  unusedProviders(declared).map(({ make, name, refine }) => {
    const what = `nobody asks for "${name}"`
    const mend = `ask for "${name}" where it is needed, or remove it`
    return about(make, refine === undefined ? what : `${what}, so nothing is checked`, mend)
  })

/** Names that nothing provides, in functions that no request comes to: their faults are not told at the start. */
export const missingName: Rule = (declared) => {
  const asleep = [
    ...unusedProviders(declared).map((provider) => ({
      layer: layerOf(declared, provider),
      fn: provider.make,
    })),
    ...unusedDecisions(declared).map(({ layer, decision }) => ({ layer, fn: decision.ask })),
  ]
  return asleep.flatMap(({ layer, fn }): readonly Finding[] => {
    if (fn.refused !== undefined) {
      const mend = fn.refused.at(-1) ?? ''
      return [about(fn, `cannot read the names it asks for: ${fn.refused[1] ?? fn.refused[0]}`, mend)]
    }
    const known = namesAt(declared, layer)
    return fn.needs
      .filter(({ name, optional }) => !optional && !known.has(name))
      .map(({ name }) => {
        const [hint = `provide it: .dependency('${name}', …)`] = didYouMean(name, known)
        return about(
          fn,
          `nothing provides "${name}"; the application starts only because nobody asks for it`,
          hint,
        )
      })
  })
}

/** Languages that are declared and in which nothing is written. */
export const unusedLanguage: Rule = ({ routes, functions }) => {
  const lists = new Set(routes.map(({ chain }) => innermost(chain, (layer) => layer.languages)))
  return [...lists].flatMap((languages): readonly Finding[] => {
    if (languages === undefined || languages.length < 2) return []
    const at = routes.filter(({ chain }) => innermost(chain, (layer) => layer.languages) === languages)
    const written = at.some(
      (route) =>
        route.names.has('language') ||
        functions.some(
          ({ injectable, code }) => route.functions.has(injectable) && /language/i.test(code.text),
        ),
    )
    if (written) return []
    const what = `answers say that they are in ${languages.join(' or ')}, and nothing asks in which`
    const mend = 'ask for "language" and write in it; or declare the one language there is'
    return [{ route: undefined, message: `${listRoutes(at)}: ${what}`, mend, place: undefined }]
  })
}

function about(fn: Injectable, what: string, mend: string): Finding {
  return { route: undefined, message: `${fn.label}: ${what}`, mend, place: fn.place }
}

function layersIn({ layers }: Declared): readonly Layer[] {
  return [...new Set(layers.map(({ layer }) => layer))]
}

function layerOf(declared: Declared, provider: DeclaredProvider): Layer {
  const layers = layersIn(declared)
  return layers.find(({ providers }) => providers.get(provider.name) === provider) ?? declared.application
}

function unusedDecisions(declared: Declared) {
  const { usedFunctions } = declared
  return layersIn(declared).flatMap((layer) =>
    layer.decisions
      .filter((decision) => !usedFunctions.has(decision.ask))
      .map((decision): { layer: Layer; decision: DecisionDeclaration } => ({ layer, decision })),
  )
}

/** The providers nobody asks for; those of start-up run all the same, those of decisions are decisions. */
function unusedProviders(declared: Declared): readonly DeclaredProvider[] {
  const { application, usedProviders } = declared
  return layersIn(declared).flatMap((layer) => {
    const asks = new Set(layer.decisions.map(({ ask }) => ask))
    return [...layer.providers.values()].filter(
      (provider) =>
        !usedProviders.has(provider) &&
        !asks.has(provider.make) &&
        !application.starts.includes(provider) &&
        provider.make !== layer.requestId &&
        provider.make !== layer.traceId,
    )
  })
}

/** What a function of a layer could ask for: also what inner layers and the paths of their routes have. */
function namesAt({ layers }: Declared, layer: Layer): ReadonlySet<string> {
  const near = layers.filter(({ chain }) => chain.includes(layer))
  const declared = near.flatMap(({ chain }) => chain.flatMap(({ providers }) => [...providers.keys()]))
  const parameters = near.flatMap((at) => at.parameters)
  return new Set([...serviceNames, ...nativeNames, ...declared, ...parameters])
}
