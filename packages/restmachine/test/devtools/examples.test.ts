import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkApplication } from 'restmachine/check'
import { assert, describe, it } from 'vitest'

const root = join(import.meta.dirname, '../../../..')

/** The applications among the examples; what else stands there does its work when it is imported. */
const files = globSync(['examples/performance/*.ts', 'examples/users-api/app.ts'], { cwd: root })
  .filter((file) => readFileSync(join(root, file), 'utf8').includes('export const app ='))
  .sort()

/**
 * What is advised about the examples of performance, and right: each shows one thing, and leaves out the validators and
 * the timer that this thing does not need. The complete example has both.
 */
const right = new Set(['read-without-validator', 'unmonitored'])

describe('the advice about the examples', () => {
  it('is there to be asked for', () => {
    assert.isAtLeast(files.length, 16)
  })

  for (const file of files)
    it(`raises no false alarm: ${file}`, async () => {
      const { app } = await import(join(root, file))
      const expected = file.startsWith('examples/performance/') ? right : new Set<string>()
      const others = checkApplication(app).filter(({ rule }) => !expected.has(rule))
      assert.deepEqual(others, [])
    })
})
