import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { VectorFile } from './format.ts'
import { runVectors } from './run.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const file = path.join(root, '../shared/vectors/decisions.json')
const known = new URL('known-failures.json', import.meta.url)

describe('decision vectors', () => {
  if (!existsSync(file)) {
    it.skip(`there is no ${file}`, () => undefined)
    return
  }

  it('fail where they are known to fail, and nowhere else', async () => {
    const causes = JSON.parse(readFileSync(known, 'utf8')) as Readonly<Record<string, string>>
    const { passed, failed } = await runVectors(JSON.parse(readFileSync(file, 'utf8')) as VectorFile)
    expect(failed.map(({ id }) => id).sort()).toEqual(Object.keys(causes).sort())
    expect(passed.length).toBeGreaterThan(0)
  })
})
