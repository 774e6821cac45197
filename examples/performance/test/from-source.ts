// node --import from-source.ts EXAMPLE: the example uses the sources of the package, as the tests themselves do.
import { registerHooks } from 'node:module'

const sources = new URL('../../../packages/restmachine/src/', import.meta.url)

registerHooks({
  resolve(specifier, context, next) {
    const [whole, entry = 'index'] = /^restmachine(?:\/(\w+))?$/.exec(specifier) ?? []
    return next(whole === undefined ? specifier : new URL(`${entry}.ts`, sources).href, context)
  },
})
