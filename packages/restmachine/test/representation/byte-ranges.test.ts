import fc from 'fast-check'
import { RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { joinParts, parseByteRanges, wholeOf } from '../../src/representation/byte-ranges.ts'
import { ask, quiet } from '../decisions/asking.ts'

const latin = new TextDecoder('latin1')
const range = fc.tuple(fc.nat(300), fc.nat(20)).map(([first, more]) => `${first}-${first + more}`)
const wanted = fc.oneof(
  { weight: 8, arbitrary: range },
  { weight: 1, arbitrary: fc.nat(300).map((first) => `${first}-`) },
  { weight: 1, arbitrary: fc.nat(300).map((count) => `-${count}`) },
)

/** The parts of a multipart body, read by nothing but its lengths. */
function read(text: string, boundary: string): { readonly first: number; readonly content: string }[] {
  const parts: { first: number; content: string }[] = []
  let at = 0
  while (!text.startsWith(`--${boundary}--\r\n`, at)) {
    const head = /^--[^\r]+\r\nContent-Type: a\/b\r\nContent-Range: bytes (\d+)-(\d+)\/\d+\r\n\r\n/.exec(
      text.slice(at),
    )
    assert(head !== null, `no head at ${at}`)
    const start = at + head[0].length
    const length = Number(head[2]) - Number(head[1]) + 1
    parts.push({ first: Number(head[1]), content: text.slice(start, start + length) })
    assert.equal(text.slice(start + length, start + length + 2), '\r\n')
    at = start + length + 2
  }
  assert.equal(text.length, at + boundary.length + 6)
  return parts
}

describe('parts of a body', () => {
  it('are the slices, whatever the bytes and the ranges are', async () => {
    let several = 0
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300, size: 'max' }),
        fc.array(wanted, { minLength: 1, maxLength: 8, size: 'max' }),
        async (body, ranges) => {
          const app = new RestApplication({ logger: quiet }).get('/', () => body)
          const response = await ask(app, 'GET /', { headers: { range: `bytes=${ranges.join(', ')}` } })
          const text = latin.decode(body)
          const sent = latin.decode(await response.bytes())
          if (response.status === 416) return
          assert.equal(response.status, 206)
          assert.equal(response.headers.get('content-length'), String(sent.length))
          const single = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
          const boundary = response.headers.get('content-type')?.split('boundary=')[1]
          const parts =
            single === null
              ? read(sent.replaceAll('application/octet-stream', 'a/b'), boundary ?? '')
              : [{ first: Number(single[1]), content: sent }]
          if (parts.length > 1) several++
          for (const { first, content } of parts)
            assert.equal(content, text.slice(first, first + content.length))
          // Each byte that was asked for is sent, and no other, and none of them twice.
          const asked = new Set<number>()
          for (const spec of ranges) {
            const [start, end] = spec.split('-') as [string, string]
            const from = start === '' ? Math.max(0, text.length - Number(end)) : Number(start)
            const to = start === '' || end === '' ? text.length - 1 : Number(end)
            for (let at = from; at <= to && at < text.length; at++) asked.add(at)
          }
          const given = parts.flatMap(({ first, content }) => [...content].map((_, index) => first + index))
          assert.deepEqual(
            given.toSorted((one, other) => one - other),
            [...asked].toSorted((one, other) => one - other),
          )
        },
      ),
      { numRuns: 500 },
    )
    assert.isAbove(several, 20)
  })

  it('of a stream are none: only its end tells how long it is', () => {
    assert.isUndefined(wholeOf(new Blob(['a']).stream()))
  })

  it('are asked for in bytes, up to eight at once', () => {
    assert.isUndefined(parseByteRanges('lines=0-1'))
    assert.isUndefined(parseByteRanges('bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8'))
    assert.lengthOf(parseByteRanges('bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7') ?? [], 8)
  })
})

describe('joined parts', () => {
  it('have a boundary of their own each time', () => {
    const whole = wholeOf('0123456789')
    assert(whole !== undefined)
    const ranges = [
      { first: 0, last: 0 },
      { first: 5, last: 6 },
    ]
    assert.notEqual(
      joinParts(whole, ranges, undefined).contentType,
      joinParts(whole, ranges, undefined).contentType,
    )
    const { body } = joinParts(whole, ranges, undefined, 'cut')
    assert.equal(
      latin.decode(body as Uint8Array),
      '--cut\r\nContent-Range: bytes 0-0/10\r\n\r\n0\r\n--cut\r\nContent-Range: bytes 5-6/10\r\n\r\n56\r\n--cut--\r\n',
    )
  })

  it('of streams are read one after the other, none before its turn; who cancels ends the rest', async () => {
    const told: string[] = []
    const part = ({ first }: { readonly first: number }) =>
      new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            told.push(`read ${first}`)
            controller.enqueue(new Uint8Array([first]))
          },
          cancel: () => void told.push(`cancelled ${first}`),
        },
        { highWaterMark: 0 },
      )
    const ranges = [
      { first: 0, last: 0 },
      { first: 5, last: 5 },
    ]
    const { body } = joinParts({ length: 9, part }, ranges, undefined)
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    assert.deepEqual(told, [])
    await reader.read()
    await reader.read()
    assert.deepEqual(told, ['read 0'])
    await reader.cancel()
    assert.deepEqual(told, ['read 0', 'cancelled 0', 'cancelled 5'])
  })
})
