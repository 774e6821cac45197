import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { applyJsonPatch } from 'restmachine/patch'
import { applyPatch, createPatch, type Operation } from 'rfc6902'
import { assert, describe, it } from 'vitest'
import { isSameJson } from '../../src/representation/json-value.ts'

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, 1, 'a', ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'a/b', '~', '0', ''), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
}))
const pointer = fc
  .array(fc.constantFrom('a', 'b', 'a~1b', '~0', '0', '1', '-', ''), { maxLength: 3 })
  .map((tokens) => tokens.map((token) => `/${token}`).join(''))
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add' as const, 'replace' as const), path: pointer, value }),
  fc.record({ op: fc.constant('remove' as const), path: pointer }),
  fc.record({ op: fc.constant('copy' as const), path: pointer, from: pointer }),
) as fc.Arbitrary<Operation>

function applied(document: unknown, patch: readonly Operation[]): unknown {
  try {
    return { changed: applyJsonPatch(document, patch) }
  } catch {
    return 'refused'
  }
}

/** What the library makes of it, held in an array: it cannot replace a whole document. */
function appliedByLibrary(document: unknown, patch: readonly Operation[]): unknown {
  const held = [structuredClone(document)]
  const within = patch.map((one) => ({
    ...one,
    path: `/0${one.path}`,
    ...('from' in one ? { from: `/0${one.from}` } : {}),
  }))
  try {
    const [fault] = applyPatch(held, within as Operation[]).filter((result) => result !== null)
    return fault === undefined ? { changed: held[0] } : 'refused'
  } catch {
    return 'refused'
  }
}

// Where the library is known to differ: with the whole document, which its holder is made for, and with indices that
// it does not look at.
function isWellKnown({ op, path }: Operation): boolean {
  const last = path.slice(path.lastIndexOf('/') + 1)
  if (op === 'add' || op === 'remove' || op === 'copy') return path === ''
  return op === 'replace' && !/^(0|[1-9][0-9]*)$/.test(last)
}

describe('JSON Patch beside the library rfc6902', () => {
  it('gives the documents that its patches lead to', () => {
    fc.assert(
      fc.property(value, value, (from, to) => {
        assert.deepEqual(applied(from, createPatch(from, to)), { changed: to })
      }),
    )
  })

  it('agrees on single operations', () => {
    let agreed = 0
    fc.assert(
      fc.property(value, operation, (document, one) => {
        fc.pre(!isWellKnown(one))
        const ours = applied(document, [one])
        const theirs = appliedByLibrary(document, [one])
        // The library copies to indices that are not there, and out of strings.
        if (ours === 'refused' && one.op === 'copy') return
        assert.deepEqual(ours, theirs)
        if (ours !== 'refused') agreed++
      }),
      { numRuns: 2000 },
    )
    assert.isAbove(agreed, 100)
  })

  it('calls equal what is deeply equal', () => {
    fc.assert(
      fc.property(value, value, (left, right) => {
        assert.isTrue(isSameJson(left, structuredClone(left)))
        assert.equal(isSameJson(left, right), isDeepStrictEqual(left, right))
      }),
    )
  })
})
