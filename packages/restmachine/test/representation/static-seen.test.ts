import { rename } from 'node:fs/promises'
import { assert, describe, it } from 'vitest'
import { FileBody } from '../../src/representation/file.ts'
import { openStaticRoot } from '../../src/representation/static-root.ts'
import { rememberSeen } from '../../src/representation/static-seen.ts'
import { at, directory, MODIFIED, write } from './files.ts'

const create = () => {
  const see = rememberSeen(openStaticRoot(directory))
  return (name: string) => see(at(name), { contentType: 'text/plain', tagSuffix: '' })
}

describe('files as they were seen last', () => {
  it('are the same as long as nothing changes', async () => {
    const see = create()
    const first = await see('digits.txt')
    assert.instanceOf(first, FileBody)
    assert.strictEqual(await see('digits.txt'), first)
  })

  it('are others after any change, also one that keeps size and time', async () => {
    const see = create()
    await write('seen', 'one')
    const first = await see('seen')
    await write('seen', 'two')
    const second = await see('seen')
    assert.notStrictEqual(second, first)
    await write('moved', 'six')
    await rename(at('moved'), at('seen'))
    const third = await see('seen')
    assert.notStrictEqual(third, second)
    assert(third instanceof FileBody)
    assert.equal(await new Response(third.content() as BodyInit).text(), 'six')
  })

  it('are not kept while their tag is weak', async () => {
    const see = create()
    await write('fresh', 'one', new Date())
    const first = await see('fresh')
    assert(first instanceof FileBody)
    assert.isTrue(first.etag.weak)
    assert.notStrictEqual(await see('fresh'), first)
  })

  it('are kept up to 1000', async () => {
    const see = create()
    const first = await see('digits.txt')
    const names = Array.from({ length: 1000 }, (_, index) => `many-${index}`)
    await Promise.all(names.map((name) => write(name, name, MODIFIED)))
    for (const name of names.slice(1)) await see(name)
    assert.strictEqual(await see('digits.txt'), first)
    await see('many-0')
    assert.notStrictEqual(await see('digits.txt'), first)
  })
})
