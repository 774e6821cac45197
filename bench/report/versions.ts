import { existsSync, readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { type ContenderName, runtimeOf } from '../servers.ts'

const folder = new URL('../contenders/', import.meta.url)

/** The versions of what each contender imports, and of Bun where it runs on it. */
export function versionsOf(names: readonly ContenderName[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => {
      const packages = [...new Set(importsOf(new URL(`${name}.ts`, folder)))]
      const told = packages.map((found) => `${found} ${versionOf(found)}`)
      if (runtimeOf(name) === 'bun') told.unshift(`bun ${versionOf('bun')}`)
      return [name, told.join(', ') || 'node:http']
    }),
  )
}

// What it imports from its own folder counts, too: an application may stand beside its server.
function importsOf(file: URL): readonly string[] {
  if (!existsSync(file)) return []
  const found: string[] = []
  for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|\}) .*?from '([^']+)'/gm)) {
    if (from.startsWith('./')) found.push(...importsOf(new URL(from, file)))
    else if (/^[@a-z]/.test(from) && !/^(node|bun):?/.test(from)) found.push(packageOf(from))
  }
  return found
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function versionOf(name: string): string {
  const file = findPackageJSON(name, import.meta.url)
  if (file === undefined) return 'of unknown version'
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}
