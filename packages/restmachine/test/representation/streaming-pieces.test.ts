import { Readable } from 'node:stream'
import { assert, describe, it } from 'vitest'
import { isNodeBytes, sourceOf, streamPieces } from '../../src/representation/streaming.ts'
import { ndjson } from '../../src/representation/streaming-json.ts'
import { failureOf, settled, textOf } from './read-stream.ts'

describe('streamPieces', () => {
  it('makes bytes of text, of views and of buffers, and passes over what is empty', async () => {
    const bytes = new TextEncoder().encode('bcd')
    const pieces = [
      'a',
      '',
      bytes.subarray(0, 1),
      new DataView(bytes.buffer, 1, 1),
      bytes.buffer.slice(2),
      'é',
    ]
    assert.equal(await textOf(streamPieces(pieces)), 'abcdé')
    const stream = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece)
        controller.close()
      },
    })
    assert.equal(await textOf(streamPieces(stream)), 'abcdé')
  })

  it('fails with what is neither', async () => {
    assert.match(await failureOf(streamPieces([{}])), /each piece is text or bytes, got object/)
  })

  it('takes its own streams as they are', () => {
    const stream = ndjson({ result: [] })
    assert.equal(streamPieces(stream), stream)
  })

  it('cancels a stream that gives nothing yet, with the reason', async () => {
    const reasons: unknown[] = []
    const reader = streamPieces(
      new ReadableStream({ cancel: (reason) => void reasons.push(reason) }),
    ).getReader()
    const read = reader.read()
    await reader.cancel('gone')
    assert.isTrue((await read).done)
    assert.deepEqual(reasons, ['gone'])
  })
})

describe('a readable stream of Node', () => {
  it('is known by what it gives', () => {
    assert.isTrue(isNodeBytes(new Readable()))
    assert.isFalse(isNodeBytes(Readable.from([1])))
    assert.isFalse(isNodeBytes([]))
  })

  it('gives its bytes, and is closed though nobody has read it', async () => {
    assert.equal(
      await textOf(streamPieces(Readable.from([Buffer.from('a'), 'b'], { objectMode: false }))),
      'ab',
    )
    const unread = new Readable()
    await streamPieces(unread).cancel()
    assert.isTrue(unread.destroyed)
  })

  it('fails whoever reads, and never the process', async () => {
    const broken = new Readable({ read: () => undefined })
    const source = sourceOf(broken)
    broken.destroy(new Error('torn'))
    await settled()
    const failure = await Promise.resolve(source.next()).catch((error: Error) => error.message)
    assert.equal(failure, 'torn')
  })
})
