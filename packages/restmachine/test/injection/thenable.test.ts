import { assert, describe, it } from 'vitest'
import { isPromise, isThenable } from '../../src/injection/thenable.ts'

class Own<Value> extends Promise<Value> {}

describe('what comes later', () => {
  it('is known by its then, whoever made it', () => {
    // biome-ignore lint/suspicious/noThenProperty: it is what is asked for
    for (const later of [Promise.resolve(1), Own.resolve(1), { then: () => undefined }])
      assert.isTrue(isThenable(later))
    // biome-ignore lint/suspicious/noThenProperty: a value may be called so
    for (const now of [undefined, null, 'then', () => undefined, { then: true }, {}])
      assert.isFalse(isThenable(now))
  })

  it('is a promise of the platform, where this package made it', () => {
    for (const later of [Promise.resolve(1), Own.resolve(1), (async () => 1)()])
      assert.isTrue(isPromise(later))
    for (const now of [undefined, null, true, 'text', {}, []]) assert.isFalse(isPromise(now))
  })
})
