import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package, wherever in it this file is built to. */
export const ownFolder: string = folderOfPackage(import.meta.dirname)

function folderOfPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderOfPackage(dirname(folder))
}

/** The version of this package: `0.1.0`. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(ownFolder, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  return version
}
