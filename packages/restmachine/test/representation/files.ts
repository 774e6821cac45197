import { mkdir, mkdtemp, readdir, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

export const MODIFIED = new Date('2024-05-01T10:00:00.500Z')
export const AT = 'Wed, 01 May 2024 10:00:00 GMT'
export const LARGE = 1_000_000
export let directory: string
export const at = (name: string) => join(directory, name)

export async function write(name: string, content: string | Uint8Array, modified = MODIFIED): Promise<void> {
  await writeFile(at(name), content)
  await utimes(at(name), modified, modified)
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'restmachine-file-'))
  await write('digits.txt', '0123456789')
  await write('empty.json', '')
  await write('€ rates.csv', 'a,b')
  await write(
    'large.bin',
    Uint8Array.from({ length: LARGE }, (_, index) => index % 251),
  )
  await mkdir(at('folder'))
  await symlink(at('loop'), at('loop'))
})

afterAll(() => rm(directory, { recursive: true }))

/** The files of this process that are open below the directory. */
export async function openFiles(): Promise<readonly string[]> {
  const links = await readdir('/proc/self/fd').catch(() => [])
  const targets = await Promise.all(links.map((link) => readlink(`/proc/self/fd/${link}`).catch(() => '')))
  return targets.filter((target) => target.startsWith(directory))
}
