import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { assert, describe, it } from 'vitest'
import { type ContentCoding, codingChooser } from '../../src/representation/codings.ts'
import { MAX_REMEMBERED } from '../../src/representation/remembering.ts'
import { type PlatformCoding, platformCoding } from '../../src/representation/zlib-codings.ts'

const named = (name: string): ContentCoding => ({ name, encode: (bytes) => bytes })
const ALL = [named('zstd'), named('br'), named('gzip')]

const decoders: Readonly<Record<PlatformCoding, (bytes: Uint8Array) => Uint8Array>> = {
  zstd: zstdDecompressSync,
  br: brotliDecompressSync,
  gzip: gunzipSync,
}

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = pieces.values()
  return new ReadableStream({
    pull(controller) {
      const { done, value } = left.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

/** The name of what is chosen, `none` for no coding, `refused` when nothing is left. */
function chosen(accept: string, codings: readonly ContentCoding[] = ALL): string {
  const { coding } = codingChooser(codings)(accept)
  return coding === undefined ? 'refused' : (coding?.name ?? 'none')
}

describe('codingChooser', () => {
  it.for([
    ['', 'none'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, br, zstd', 'zstd'],
    ['gzip;q=1.0, br;q=0.9, zstd;q=0.8', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['gzip;q=0', 'none'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['gzip;q=0.5, identity', 'none'],
    ['gzip;q=0.5, identity;q=0.4', 'gzip'],
    ['identity', 'none'],
    ['deflate, compress', 'none'],
    ['*', 'zstd'],
    ['*;q=0.1', 'zstd'],
    ['zstd;q=0, *', 'br'],
    ['*, gzip;q=0.5', 'zstd'],
    ['*;q=0.1, gzip;q=0.5', 'gzip'],
    ['identity, *;q=0.5', 'none'],
    ['*;q=0', 'refused'],
    ['gzip, *;q=0', 'gzip'],
    ['deflate, *;q=0', 'refused'],
    ['identity;q=0', 'refused'],
    ['identity;q=0.0, deflate', 'refused'],
    ['identity;q=0, br;q=0.2', 'br'],
    ['*;q=0, identity;q=0.1', 'none'],
    ['gzip;q=2, br', 'br'],
    ['gzip;level=9', 'none'],
    ['"gzip"', 'none'],
  ] as const)('%j gets %s', ([accept, coding]) => {
    assert.equal(chosen(accept), coding)
  })

  it('takes the first declared among equals', () => {
    assert.equal(chosen('gzip, br', [named('gzip'), named('br')]), 'gzip')
    assert.equal(chosen('gzip, br', [named('br'), named('gzip')]), 'br')
  })

  it('never chooses what is wanted less than something else, or not at all', () => {
    const weight = fc.integer({ min: 0, max: 10 })
    fc.assert(
      fc.property(weight, weight, weight, weight, (zstd, br, gzip, identity) => {
        const weights: Readonly<Record<string, number>> = { zstd, br, gzip, none: identity }
        const accept = `zstd;q=${zstd / 10}, br;q=${br / 10}, gzip;q=${gzip / 10}, identity;q=${identity / 10}`
        const name = chosen(accept)
        const best = Math.max(...Object.values(weights))
        assert.equal(name === 'refused', best === 0)
        if (name !== 'refused') assert.equal(weights[name], best)
      }),
    )
  })

  it('answers the same when it is asked again, however many others ask', () => {
    const choose = codingChooser(ALL)
    for (let index = 0; index < MAX_REMEMBERED * 3; index++) {
      assert.equal(choose(`gzip;q=0.5, a${index}`).coding?.name, 'gzip')
      assert.equal(choose('br').coding?.name, 'br')
      assert.isNull(choose('').coding)
      assert.isUndefined(choose('identity;q=0').coding)
    }
  })

  it.for([
    ['gzip', false],
    ['identity, gzip', false],
    ['', false],
    ['*;q=0, identity;q=0.1', false],
    ['gzip, identity;q=0', true],
    ['gzip, *;q=0', true],
    ['identity;q=0', true],
  ] as const)('tells whether content as it is, is refused: by %j it is %s', ([accept, refused]) => {
    assert.equal(codingChooser(ALL)(accept).plainRefused, refused)
  })
})

describe.each(['zstd', 'br', 'gzip'] as const)('the coding %s of the platform', (name) => {
  const coding = platformCoding(name) as Required<ContentCoding>
  const decode = decoders[name]

  it('gives bytes that decode to what went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        assert.deepEqual(new Uint8Array(decode(await coding.encode(bytes))), bytes)
      }),
      { numRuns: 50 },
    )
  })

  it('codes at once up to 16 KiB, and in another thread above', async () => {
    const small = new Uint8Array(16 * 1024).fill(7)
    const large = new Uint8Array(16 * 1024 + 1).fill(7)
    const now = coding.encode(small)
    assert.instanceOf(now, Uint8Array)
    assert.deepEqual(new Uint8Array(decode(now as Uint8Array)), small)
    const later = coding.encode(large)
    assert.instanceOf(later, Promise)
    assert.deepEqual(new Uint8Array(decode(await later)), large)
  })

  it('gives a stream that decodes to what went in, in whatever pieces it came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }), async (pieces) => {
        const coded = coding.encodeStream(streamOf(pieces))
        const bytes = Buffer.from(await new Response(coded as BodyInit).arrayBuffer())
        assert.deepEqual(decode(bytes), Buffer.concat(pieces))
      }),
      { numRuns: 20 },
    )
  })

  it('cancels the source when its reader leaves, and fails when the source fails', async () => {
    let reason: unknown
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: (why) => {
        reason = why
      },
    })
    const reader = coding.encodeStream(endless).getReader()
    await reader.read()
    await reader.cancel(new Error('left'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.notEqual(reason, undefined)

    const failing = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('torn')),
    })
    const failed = await new Response(coding.encodeStream(failing) as BodyInit).arrayBuffer().catch((e) => e)
    assert.equal((failed as Error).message, 'torn')
  })
})
