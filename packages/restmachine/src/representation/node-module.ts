interface Modules {
  readonly 'node:crypto': typeof import('node:crypto')
  readonly 'node:fs': typeof import('node:fs')
  readonly 'node:path': typeof import('node:path')
  readonly 'node:url': typeof import('node:url')
  readonly 'node:zlib': typeof import('node:zlib')
}

/**
 * A module of Node, at once; `undefined` on a runtime without it. Asked for when it is needed, and not imported:
 * Workers and browsers have none of these, and an import on demand costs a request more than reading a small file.
 */
export function nodeModule<Name extends keyof Modules>(name: Name): Modules[Name] | undefined {
  const { process } = globalThis as { readonly process?: Pick<NodeJS.Process, 'getBuiltinModule'> }
  return process?.getBuiltinModule?.(name)
}

/**
 * The file system of the runtime.
 *
 * @throws {Error} When it has none.
 */
export function fileSystem(): typeof import('node:fs') {
  const fs = nodeModule('node:fs')
  if (fs === undefined) throw new Error('Cannot read files: this runtime has no file system')
  return fs
}
