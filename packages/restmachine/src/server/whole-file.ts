import { access, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes a folder where it is not there, and tries it.
 *
 * @throws {Error} When nothing can be written there.
 */
export async function checkFolder(folder: string): Promise<void> {
  const trial = join(folder, `.restmachine-${process.pid}-${crypto.randomUUID()}`)
  try {
    // Only this one: where a system takes no folders, as in /proc, Node would try to make those above it for ever.
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await (await open(trial, 'wx')).close()
    await rm(trial)
  } catch (error) {
    const what = (error as Error).message
    throw new Error(`Cannot serve: profile is a folder that can be written, got ${folder}: ${what}`, {
      cause: error,
    })
  }
}

/**
 * Writes a file that is there as a whole or not at all, under a name that no other has: `name.ending`, or
 * `name-2.ending` …
 *
 * @returns Its path.
 * @throws {Error} When it cannot be written; nothing is left of it then.
 */
export async function writeWhole(
  folder: string,
  name: string,
  ending: string,
  text: string,
): Promise<string> {
  for (let count = 1; ; count++) {
    const file = join(folder, `${name}${count === 1 ? '' : `-${count}`}.${ending}`)
    if (await wrote(file, text)) return file
  }
}

/** Writes it, unless the name is taken. Whoever holds the partial file holds the name. */
async function wrote(file: string, text: string): Promise<boolean> {
  const partial = `${file}.partial`
  const handle = await open(partial, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (handle === undefined) return false
  try {
    if (await isThere(file)) return false
    await handle.writeFile(text)
    await handle.sync()
    await rename(partial, file)
    return true
  } finally {
    await handle.close()
    await rm(partial, { force: true })
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
