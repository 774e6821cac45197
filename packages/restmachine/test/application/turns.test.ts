import { assert, describe, it } from 'vitest'
import { createTurns } from '../../src/application/turns.ts'

describe('createTurns', () => {
  it('lets those with the same key go on one after another, in the order in which they came', async () => {
    const take = createTurns()
    const events: string[] = []
    const come = async (key: string, name: string): Promise<void> => {
      const end = await take(key)
      events.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 2))
      events.push(`${name} ends`)
      end()
    }
    await Promise.all([come('a', 'one'), come('a', 'two'), come('b', 'other'), come('a', 'three')])
    const own = events.filter((event) => !event.startsWith('other'))
    assert.deepEqual(own, ['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends'])
    assert.isBelow(events.indexOf('other begins'), events.indexOf('two begins'))
  })

  it('begins a new line once the last one has left', async () => {
    const take = createTurns()
    for (let time = 0; time < 3; time++) (await take('a'))()
  })

  it('lets one leave twice without letting two in', async () => {
    const take = createTurns()
    const end = await take('a')
    const [second, third] = [take('a'), take('a')]
    end()
    end()
    await second
    const waiting = new Promise((resolve) => setTimeout(resolve, 5, 'waiting'))
    assert.equal(await Promise.race([third.then(() => 'in'), waiting]), 'waiting')
  })
})
