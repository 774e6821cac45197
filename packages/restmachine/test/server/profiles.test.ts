import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RestApplication } from 'restmachine'
import { serve, serveWorkers } from 'restmachine/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openProfiles, type Profiles } from '../../src/server/profiles.ts'
import { writeWhole } from '../../src/server/whole-file.ts'
import { eventually } from './served.ts'
import { start } from './workers-started.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'profiles-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

interface Cpu {
  readonly nodes: readonly { readonly callFrame: { readonly functionName: string } }[]
  readonly samples: readonly number[]
}

/** The files of a folder, by kind; each must be whole. */
function written(at: string, kind: 'cpu' | 'heap'): readonly (Cpu & { readonly head?: object })[] {
  const files = readdirSync(at).filter((name) => name.startsWith(`${kind}-`) && name.endsWith('profile'))
  return files.map((name) => JSON.parse(readFileSync(join(at, name), 'utf8')))
}

interface Told {
  readonly profiles: Profiles
  readonly infos: readonly string[]
  readonly errors: readonly unknown[]
}

async function opened(at: string, longest?: number): Promise<Told> {
  const infos: string[] = []
  const errors: unknown[] = []
  const log = {
    info: (message: string) => void infos.push(message),
    error: (_: string, error: unknown) => void errors.push(error),
  }
  const profiles = await openProfiles(at, log, longest)
  onTestFinished(() => profiles.close())
  return { profiles, infos, errors }
}

function busyFunction(): number {
  const end = performance.now() + 60
  let count = 0
  while (performance.now() < end) count += Math.sqrt(count)
  return count
}

describe('profiles', () => {
  it('say where time and memory went between their begin and their end', async () => {
    const at = join(folder(), 'made')
    const { profiles, infos } = await opened(at)
    await profiles.begin()
    busyFunction()
    await profiles.end()
    const [cpu] = written(at, 'cpu')
    expect(cpu?.nodes.map(({ callFrame }) => callFrame.functionName)).toContain('busyFunction')
    expect(written(at, 'heap')[0]?.head).toBeDefined()
    const names = readdirSync(at).sort()
    expect(names).toHaveLength(2)
    expect(names[0]).toMatch(new RegExp(`^cpu-${process.pid}-\\d{8}T\\d{9}Z\\.cpuprofile$`))
    expect(names[1]).toMatch(new RegExp(`^heap-${process.pid}-\\d{8}T\\d{9}Z\\.heapprofile$`))
    expect(infos).toEqual([
      `A profile of process ${process.pid} has begun; SIGUSR2 ends it`,
      ...names.map((name) => `Profile written: ${join(at, name)}`),
    ])
  })

  it('come one after another, however quickly they are asked for', async () => {
    const at = folder()
    const { profiles, errors } = await opened(at)
    await Promise.all(Array.from({ length: 5 }, () => [profiles.begin(), profiles.end()]).flat())
    expect([written(at, 'cpu').length, written(at, 'heap').length, errors]).toEqual([5, 5, []])
  })

  it('are not begun twice, nor ended without a begin', async () => {
    const at = folder()
    const { profiles, errors } = await opened(at)
    await profiles.end()
    await profiles.begin()
    await profiles.begin()
    await profiles.end()
    await profiles.end()
    expect([written(at, 'cpu').length, errors]).toEqual([1, []])
  })

  it('end by themselves after a time', async () => {
    const at = folder()
    const { profiles } = await opened(at, 40)
    await profiles.begin()
    await eventually(() => written(at, 'heap').length === 1)
  })

  it('are written when the server stops, and not begun any more', async () => {
    const at = folder()
    const { profiles } = await opened(at)
    await profiles.begin()
    await profiles.close()
    expect(written(at, 'cpu')).toHaveLength(1)
    await profiles.begin()
    await profiles.end()
    expect(written(at, 'cpu')).toHaveLength(1)
  })

  it('that cannot be written are told, and leave nothing', async () => {
    const at = folder()
    const { profiles, errors } = await opened(at)
    await profiles.begin()
    rmSync(at, { recursive: true })
    await profiles.end()
    expect(errors).toEqual([expect.objectContaining({ code: 'ENOENT' })])
    writeFileSync(at, '')
    await profiles.begin()
    await profiles.end()
    expect(errors).toHaveLength(2)
  })
})

describe('writeWhole', () => {
  it('takes no name that another has', async () => {
    const at = folder()
    const all = Array.from({ length: 8 }, (_, index) => writeWhole(at, 'cpu-1-now', 'cpuprofile', `${index}`))
    const files = await Promise.all(all)
    expect(new Set(files).size).toBe(8)
    for (const [index, file] of files.entries()) expect(readFileSync(file, 'utf8')).toBe(`${index}`)
    expect(readdirSync(at)).toHaveLength(8)
  })

  it('follows no link that stands in its place', async () => {
    const at = folder()
    const outside = join(folder(), 'precious')
    writeFileSync(outside, 'kept')
    symlinkSync(outside, join(at, 'cpu.cpuprofile'))
    symlinkSync(outside, join(at, 'cpu-2.cpuprofile.partial'))
    symlinkSync(join(at, 'nothing'), join(at, 'cpu-3.cpuprofile'))
    expect(await writeWhole(at, 'cpu', 'cpuprofile', 'whole')).toBe(join(at, 'cpu-3.cpuprofile'))
    expect([readFileSync(outside, 'utf8'), readFileSync(join(at, 'cpu-3.cpuprofile'), 'utf8')]).toEqual([
      'kept',
      'whole',
    ])
    expect(readdirSync(at)).not.toContain('nothing')
  })

  it.skipIf(process.platform === 'win32')('leaves nothing of a file that does not fit on the disk', () => {
    const at = folder()
    const source = new URL('../../src/server/whole-file.ts', import.meta.url).href
    const script = `const { writeWhole } = await import('${source}')
      const written = writeWhole('${at}', 'cpu', 'cpuprofile', 'x'.repeat(100_000))
      await written.catch((error) => console.log(error.code))`
    const words = [
      '-c',
      'ulimit -f 8 && exec "$0" "$@"',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    ]
    expect(execFileSync('bash', words, { encoding: 'utf8' })).toBe('EFBIG\n')
    expect(readdirSync(at)).toEqual([])
  })

  it('leaves the partial file of another alone', async () => {
    const at = folder()
    writeFileSync(join(at, 'cpu.cpuprofile.partial'), 'half')
    expect(await writeWhole(at, 'cpu', 'cpuprofile', 'whole')).toBe(join(at, 'cpu-2.cpuprofile'))
    expect(readdirSync(at).sort()).toEqual(['cpu-2.cpuprofile', 'cpu.cpuprofile.partial'])
  })
})

describe('a folder that cannot be written', () => {
  it.each([
    ['one process', (profile: string) => serve(new RestApplication(), { port: 0, signals: false, profile })],
    ['workers', (profile: string) => serveWorkers('app.ts', { port: 0, signals: false, profile })],
  ])('is told at the start of %s', async (_, serving) => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    await expect(serving(join(file, 'within'))).rejects.toThrow(
      `Cannot serve: profile is a folder that can be written, got ${join(file, 'within')}: ENOTDIR`,
    )
  })
})

describe('a folder in one that is not there', () => {
  it.each(['/proc/nothing', join(tmpdir(), 'no', 'folder')])('is refused at once: %s', async (profile) => {
    await expect(serve(new RestApplication(), { port: 0, signals: false, profile })).rejects.toThrow(
      `Cannot serve: profile is a folder that can be written, got ${profile}: ENOENT`,
    )
  })
})

describe('SIGUSR2', () => {
  it('does not end a process that still starts', async () => {
    const before = process.listenerCount('SIGUSR2')
    let during = 0
    const app = new RestApplication().onStartup(() => void (during = process.listenerCount('SIGUSR2')))
    const { close } = await serve(app, { port: 0, signals: false, profile: folder() })
    const after = process.listenerCount('SIGUSR2')
    await close()
    expect([during, after, process.listenerCount('SIGUSR2')]).toEqual([before + 1, before + 1, before])
  })

  it('is not listened for any more when workers cannot start', async () => {
    const before = process.listenerCount('SIGUSR2')
    const starting = serveWorkers('nowhere.ts', { port: 0, signals: false, workers: 1, profile: folder() })
    const told = expect(starting).rejects.toThrow('Cannot start worker 1')
    // Not only when they serve: it ends a process that does not listen for it.
    await eventually(() => process.listenerCount('SIGUSR2') === before + 1)
    await told
    expect(process.listenerCount('SIGUSR2')).toBe(before)
  })

  it('in a burst makes whole profiles, and ends with none that runs', async () => {
    const at = folder()
    const started = await start({ profile: at }, { alone: true })
    for (let count = 0; count < 20; count++) {
      started.process.kill('SIGUSR2')
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    const begun = started.log.filter((line) => /has begun/.test(line)).length
    expect([written(at, 'cpu').length, written(at, 'heap').length]).toEqual([begun, begun])
    expect(begun).toBeGreaterThan(0)
    expect(readdirSync(at).filter((name) => name.endsWith('.partial'))).toEqual([])
  })

  it('begins and ends the profile of a server', async () => {
    const at = folder()
    const started = await start({ profile: at }, { alone: true })
    started.process.kill('SIGUSR2')
    await eventually(() => started.log.some((line) => /has begun/.test(line)))
    expect((await fetch(`${started.url}/wait/50`)).status).toBe(200)
    started.process.kill('SIGUSR2')
    await eventually(() => written(at, 'heap').length === 1)
    expect(written(at, 'cpu')).toHaveLength(1)
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(0)
  })

  it.each([
    ['one process', true, 1],
    ['two workers', false, 2],
  ])('and a stop of %s write what runs', async (_, alone, count) => {
    const at = folder()
    const started = await start({ profile: at, ...(alone ? {} : { workers: 2 }) }, { alone })
    started.process.kill('SIGUSR2')
    await eventually(() => started.log.filter((line) => /has begun/.test(line)).length === count)
    started.process.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect([written(at, 'cpu').length, written(at, 'heap').length]).toEqual([count, count])
  })

  it('is passed on to workers, also when it is sent to all processes', async () => {
    const at = folder()
    const started = await start({ profile: at, workers: 2 })
    const group = -(started.process.pid as number)
    process.kill(group, 'SIGUSR2')
    await eventually(() => started.log.filter((line) => /has begun/.test(line)).length === 2)
    process.kill(group, 'SIGUSR2')
    await eventually(() => written(at, 'heap').length === 2)
    expect(written(at, 'cpu')).toHaveLength(2)
    expect(await started.pids()).toHaveLength(2)
  })
})
