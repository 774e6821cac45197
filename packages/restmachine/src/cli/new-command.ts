import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Command } from './command.ts'
import { CommandFault } from './command-fault.ts'
import { ownVersion } from './own-package.ts'
import { projectFiles } from './project-files.ts'

/** `restmachine new` */
export const newCommand: Command = {
  name: 'new',
  operands: 'DIR',
  count: [1, 1],
  help: 'makes a small typed project that passes its own tests',
  flags: () => [],
  async run({ operands: [folder = ''] }) {
    const target = resolve(folder)
    if (existsSync(target) && readdirSync(target).length > 0)
      throw new CommandFault(`Cannot make a project: ${folder} is not empty`, { mend: 'name a new folder' })
    const files = projectFiles(packageName(basename(target)), ownVersion())
    for (const [name, text] of Object.entries(files)) {
      const file = join(target, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, { flag: 'wx' })
    }
    console.log(`Made ${Object.keys(files).join(', ')} in ${folder}

  cd ${folder}
  npm install
  npm test
  npm run dev`)
    return 0
  },
}

/** A name that npm takes: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name === '' || name === 'restmachine' ? 'my-api' : name
}
