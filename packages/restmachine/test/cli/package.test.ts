import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { APP, folderWith, urlOf, watch } from './command.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const MODULES = join(ROOT, 'node_modules')
const PACKAGE = join(ROOT, 'packages/restmachine')
// The command begins with the `node` that the PATH has.
const PATH = [dirname(process.execPath), join(MODULES, '.bin'), process.env.PATH].join(':')

async function run(folder: string, command: string, ...words: readonly string[]): Promise<string> {
  const { code, out, err } = await watch(command, words, folder, { PATH }).ended
  expect(code, `${command} ${words.join(' ')}: ${out}${err}`).toBe(0)
  return out
}

/** Builds the package apart from the checkout, and packs it as it would be published. */
async function pack(folder: string): Promise<string> {
  const copy = join(folder, 'packages/restmachine')
  mkdirSync(copy, { recursive: true })
  for (const name of readdirSync(PACKAGE))
    if (!['node_modules', 'dist', 'test'].includes(name))
      cpSync(join(PACKAGE, name), join(copy, name), { recursive: true })
  cpSync(join(ROOT, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
  await run(copy, process.execPath, 'build.ts')
  await run(copy, 'npm', 'pack', '--silent', '--pack-destination', folder)
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  return join(folder, name as string)
}

/** Installs the package, and takes what it depends on from here in place of the network. */
async function install(folder: string, tarball: string): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const overrides = Object.keys(dependencies).map((name) => [name, `file:${join(MODULES, name)}`] as const)
  const content = {
    type: 'module',
    dependencies: { restmachine: `file:${tarball}` },
    overrides: Object.fromEntries(overrides),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(content))
  await run(
    folder,
    'npm',
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    '--omit=peer',
    '--ignore-scripts',
    '--silent',
  )
}

it('says what to do where the package is not built', async () => {
  const folder = folderWith({})
  cpSync(join(PACKAGE, 'bin'), join(folder, 'bin'), { recursive: true })
  const { code, out, err } = await watch(join(folder, 'bin/restmachine.js'), ['--version'], folder, { PATH })
    .ended
  expect([code, out, err]).toEqual([
    1,
    '',
    'restmachine: Cannot run: the package is not built\n  mend:  npm run build\n',
  ])
})

it('serves from its tarball, and makes a project that passes its own tests', async () => {
  const folder = folderWith({ 'app.ts': APP.replace(/from ".*"/, "from 'restmachine'") })
  await install(folder, await pack(folderWith({})))

  // What is said about each side of it is in the tests of the command; here it is the built one that says it.
  const bad = await watch('npx', ['restmachine', 'serve', 'ap.ts'], folder, { PATH }).ended
  expect([bad.code, bad.out]).toEqual([1, ''])
  expect(bad.err).toMatch(
    /^restmachine: Cannot load .* there is no file ap\.ts\n {2}mend: {2}did you mean app\.ts\?\n$/m,
  )
  expect(await run(folder, 'npx', 'restmachine', 'routes')).toContain('GET   /users/{id}')
  expect(await run(folder, 'npx', 'restmachine', 'explain', 'GET', '/users/7')).toContain('200')

  for (const workers of ['1', '2']) {
    const running = watch('npx', ['restmachine', 'serve', 'app.ts', '-p', '0', '-w', workers], folder, {
      PATH,
    })
    expect(await (await fetch(await urlOf(running))).json()).toEqual({ hello: 'world' })
    const [, pid] = await running.says(/\(process (\d+)/)
    process.kill(Number(pid), 'SIGTERM')
    await running.says(/closed/)
    await running.ended
  }
  expect(await run(folder, 'npx', 'restmachine', 'check')).toContain('rule:         read-without-validator')

  await run(folder, 'npx', 'restmachine', 'new', 'api')
  const project = join(folder, 'api')
  symlinkSync(join(folder, 'node_modules'), join(project, 'node_modules'))
  symlinkSync(join(MODULES, '@types'), join(folder, 'node_modules/@types'))
  expect(await run(project, 'npm', 'test')).toMatch(/pass 3\b/)
  await run(project, 'tsc')
  expect(await run(project, 'npx', 'restmachine', 'check', '--strict')).toBe('No advice\n')
}, 120_000)
