import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll } from 'vitest'

export const AT = 'Wed, 01 May 2024 10:00:00 GMT'
export const SECRET = 'top secret'
export const CODE = `console.log("${'hello '.repeat(200)}")\n`

/** A directory with `public` in it, which is served, and beside it what is not. */
export let directory: string
export const at = (name: string): string => join(directory, name)

/** Writes a file that was changed some time ago. */
export async function write(
  name: string,
  content: string | Uint8Array,
  modified = new Date(AT),
): Promise<void> {
  await mkdir(dirname(at(name)), { recursive: true })
  await writeFile(at(name), content)
  await utimes(at(name), modified, modified)
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'restmachine-files-'))
  await write('secret.txt', SECRET)
  await write('public-secret/secret.txt', SECRET)
  await write('public/index.html', '<h1>root</h1>')
  await write('public/digits.txt', '0123456789')
  await write('public/unknown.xyz', 'x')
  await write('public/empty.css', '')
  await write('public/café & co.txt', 'café')
  await write('public/sub/index.html', '<h1>sub</h1>')
  await write('public/sub/deep/a.json', '{}')
  await write('public/http:/index.html', '<h1>colon</h1>')
  await write('public/.env', SECRET)
  await write('public/.git/config', SECRET)
  await write('public/.well-known/security.txt', 'Contact: mailto:a@example.com')
  await write('public/.well-known/.key', SECRET)
  await write('public/sub/.well-known/security.txt', SECRET)
  await write('public/app.js', CODE)
  await write('public/app.js.br', brotliCompressSync(CODE))
  await write('public/app.js.zst', zstdCompressSync(CODE))
  await write('public/app.js.gz', gzipSync(CODE))
  await write('public/only-gzip.js', CODE)
  await write('public/only-gzip.js.gz', gzipSync(CODE))
  await write('public/orphan.js.gz', gzipSync(CODE))
  await symlink('digits.txt', at('public/link.txt'))
  await symlink('sub', at('public/linked'))
  await symlink('../secret.txt', at('public/leak.txt'))
  await symlink(directory, at('public/out'))
  await symlink('../public-secret', at('public/beside'))
  await symlink('turn', at('public/turn'))
  await symlink('gone', at('public/dangling'))
  await write('public/leaking.js', CODE)
  await symlink('../secret.txt', at('public/leaking.js.br'))
})

afterAll(() => rm(directory, { recursive: true }))
