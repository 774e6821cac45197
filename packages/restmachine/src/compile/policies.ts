import { isRead } from '../decisions/methods.ts'
import type { Callback, RouteFacts, Run } from '../decisions/run.ts'
import { type Chain, innermost } from '../declaration/layer.ts'
import { formatHttpDate } from '../http/http-date.ts'
import { asker, type Injectable } from '../injection/injectable.ts'
import type { Plan } from '../injection/plan.ts'
import { isThenable } from '../injection/thenable.ts'
import type { CacheResponse } from '../policies/cache-response.ts'
import type { Cors } from '../policies/cors.ts'
import { type Csp, type CspOptions, createCsp } from '../policies/csp.ts'
import { originOf } from '../policies/preflight.ts'

/** Gives fields for a response, whatever its status: flat, names in lower case. */
export type FieldSource = (run: Run, status: number) => readonly string[] | Promise<readonly string[]>

/** The policies around a route that write fields; the innermost of each kind, never merged. */
export function policiesOf(chain: Chain, plan: Plan<Run>, kind: RouteFacts['kind']): readonly FieldSource[] {
  const security = innermost(chain, (layer) => layer.securityHeaders)
  const csp = innermost(chain, (layer) => layer.csp)
  const cors = innermost(chain, (layer) => layer.cors)
  const languages = innermost(chain, (layer) => layer.languages)
  const charsets = innermost(chain, (layer) => layer.charsets)
  const caching = innermost(chain, (layer) => layer.cacheResponse)
  return [
    ...(security === undefined ? [] : [() => security]),
    ...(csp === undefined ? [] : [cspSource(csp, plan)]),
    ...(languages === undefined ? [] : [languageSource]),
    ...(charsets === undefined ? [] : [() => VARY_CHARSET]),
    ...(caching === undefined ? [] : [cacheSource(caching)]),
    // The answer to a preflight has fields of its own.
    ...(cors === undefined || kind === 'preflight' ? [] : [corsSource(cors)]),
  ]
}

const VARY_CHARSET: readonly string[] = ['vary', 'accept-charset']

// Problems are written in one language; that another answer would depend on the field is true of them too.
const languageSource: FieldSource = ({ language }, status) =>
  status < 300 && status !== 204 && language !== ''
    ? ['content-language', language, 'vary', 'accept-language']
    : ['vary', 'accept-language']

// An error is not kept as long as what was asked for, and what changes something is not kept at all.
function cacheSource({ cacheControl, expiresAfter, vary }: CacheResponse): FieldSource {
  const fields = ['cache-control', cacheControl, ...vary.flatMap((name) => ['vary', name])]
  return ({ facts }, status) => {
    if (!isRead(facts.method) || !((status >= 200 && status < 300) || status === 304)) return []
    if (expiresAfter === undefined) return fields
    return [...fields, 'expires', formatHttpDate(Date.now() + expiresAfter * 1000)]
  }
}

function corsSource(cors: Cors): FieldSource {
  return ({ exchange }) => cors.actual(originOf(exchange))
}

function cspSource(declared: Csp | Injectable, plan: Plan<Run>): FieldSource {
  const nonce = plan.reader('cspNonce', asker('csp'))
  if ('field' in declared) return fieldsWith(declared, nonce)
  const provide = plan.invoker(declared)
  // The same options give the same policy: most providers choose among a few.
  const known = new WeakMap<object, FieldSource>()

  function policyFor(
    options: CspOptions | undefined | null,
    run: Run,
    status: number,
  ): ReturnType<FieldSource> {
    if (options === undefined || options === null) return []
    const source = known.get(options) ?? fieldsWith(createCsp(options), nonce)
    known.set(options, source)
    return source(run, status)
  }

  return (run, status) => {
    const options = provide(run) as CspOptions | undefined | Promise<CspOptions | undefined>
    return isThenable(options)
      ? Promise.resolve(options).then((later) => policyFor(later, run, status))
      : policyFor(options, run, status)
  }
}

function fieldsWith(policy: Csp, nonce: Callback): FieldSource {
  if (!policy.needsNonce) return () => policy.field()
  // A 304 is put on the stored page, whose scripts have the nonce of then (RFC 9111 §3.2).
  return (run, status) => (status === 304 ? [] : policy.field(nonce(run) as string))
}
