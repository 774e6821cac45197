import type { Run } from '../decisions/run.ts'
import type { Provider } from '../injection/provider.ts'

/**
 * A provider as a route with these path parameters has it: a validated value that is made of one parameter alone is
 * told which, and its faults name it.
 */
export function locating(
  provider: Provider<Run> | undefined,
  parameters: readonly string[],
): Provider<Run> | undefined {
  if (provider?.source !== 'declared' || provider.refine === undefined) return provider
  const { refine, make } = provider
  const [only, ...others] = make.needs
  if (only === undefined || others.length > 0 || !parameters.includes(only.name)) return provider
  return { ...provider, refine: (value) => refine(value, only.name) }
}
