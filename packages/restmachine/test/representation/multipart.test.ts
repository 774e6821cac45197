import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { HttpError } from '../../src/http/http-error.ts'
import { type MediaType, parseMediaType } from '../../src/http/media-type.ts'
import {
  MULTIPART_DEFAULTS,
  type MultipartBody,
  type MultipartOptions,
  parseMultipart,
} from '../../src/representation/multipart.ts'
import { safeFilename } from '../../src/representation/uploads.ts'

const KIB = 1024
const MIB = 1024 * KIB
const encoder = new TextEncoder()
let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'multipart-test-'))
  vi.stubEnv('TMPDIR', directory)
})
afterEach(async () => {
  // Each test disposes of what it read; nothing may be left, whatever has failed.
  expect(await readdir(directory)).toEqual([])
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

function mediaType(value: string): MediaType {
  const type = parseMediaType(value)
  if (type === undefined) throw new Error(`no media type: ${value}`)
  return type
}

const TYPE = mediaType('multipart/form-data; boundary=xYz')

function streamOf(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

/** Reads `wire` in one piece. */
function read(wire: string | Uint8Array, options?: MultipartOptions): Promise<MultipartBody> {
  return parseMultipart(streamOf([typeof wire === 'string' ? encoder.encode(wire) : wire]), TYPE, options)
}

/** Reads a body that is expected to be refused. */
async function refusal(body: Promise<MultipartBody>): Promise<HttpError> {
  try {
    await (await body).dispose()
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
  throw new Error('the body was accepted')
}

/** One part on the wire. */
function part(disposition: string, content: string, ...fields: readonly string[]): string {
  const head = [`Content-Disposition: form-data; ${disposition}`, ...fields].join('\r\n')
  return `--xYz\r\n${head}\r\n\r\n${content}\r\n`
}

const wireOf = (...parts: readonly string[]) => `${parts.join('')}--xYz--\r\n`
const aFile = (content: string, ...fields: readonly string[]) =>
  part('name="f"; filename="a.txt"', content, ...fields)

async function encode(form: FormData): Promise<{ type: MediaType; bytes: Uint8Array }> {
  const response = new Response(form)
  const type = mediaType(response.headers.get('content-type') ?? '')
  return { type, bytes: new Uint8Array(await response.arrayBuffer()) }
}

/** All that a body says, for comparing. */
async function contentOf({ fields, files }: MultipartBody): Promise<unknown> {
  const read = files.map(async (file) => [file.field, file.originalFilename, file.type, await file.text()])
  return { fields: { ...fields }, files: await Promise.all(read) }
}

describe('parseMultipart', () => {
  it('reads fields and files as FormData writes them', async () => {
    const form = new FormData()
    form.append('name', 'Ada\r\nL. 😀')
    form.append('tag', 'a')
    form.append('tag', 'b')
    form.append('qu"ote\r\n', '')
    form.append('photo', new File(['<svg/>'], '日本 "x".svg', { type: 'image/svg+xml' }))
    form.append('photo', new File([], 'empty.bin'))
    const { type, bytes } = await encode(form)
    const body = await parseMultipart(streamOf([bytes]), type)
    expect(await contentOf(body)).toEqual({
      fields: { name: 'Ada\r\nL. 😀', tag: ['a', 'b'], 'qu"ote\r\n': '' },
      files: [
        ['photo', '日本 "x".svg', 'image/svg+xml', '<svg/>'],
        ['photo', 'empty.bin', 'application/octet-stream', ''],
      ],
    })
    expect(body.files.map(({ size, path }) => [size, path])).toEqual([
      [6, undefined],
      [0, undefined],
    ])
    await body.dispose()
  })

  it('reads an empty form', async () => {
    expect(await contentOf(await read('--xYz--'))).toEqual({ fields: {}, files: [] })
    expect(await contentOf(await read('\r\n--xYz--\r\n'))).toEqual({ fields: {}, files: [] })
  })

  it('takes a boundary in quotes, and one with blanks behind it (RFC 2046 §5.1.1)', async () => {
    const type = mediaType(`multipart/form-data; boundary="a b:'()+_,-./=?"`)
    const wire = `--a b:'()+_,-./=? \t\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--a b:'()+_,-./=?-- \r\n`
    expect((await parseMultipart(streamOf([encoder.encode(wire)]), type)).fields.x).toBe('1')
  })

  it.each(['', `boundary=${'a'.repeat(71)}`, 'boundary="a "', 'boundary="a{}"', 'boundary=""'])(
    'refuses a media type with the parameter %j',
    async (parameter) => {
      const type = mediaType(`multipart/form-data; ${parameter}`.replace(/; $/, ''))
      expect((await refusal(parseMultipart(streamOf([]), type))).status).toBe(400)
    },
  )

  it('reads the same from every two pieces, and byte by byte', async () => {
    const wire = encoder.encode(
      wireOf(
        part('name="é"', 'a\r\n--xY\r\n-\r\r\n'),
        aFile('x--xYz\r\n--xY \r\n--x--\r\n', 'Content-Type:Text/CSV; charset=utf-8', 'X-Other:  1'),
        part('name="e"', ''),
        aFile(''),
      ),
    )
    const whole = await contentOf(await read(wire))
    expect(whole).toEqual({
      fields: { é: 'a\r\n--xY\r\n-\r\r\n', e: '' },
      files: [
        ['f', 'a.txt', 'text/csv', 'x--xYz\r\n--xY \r\n--x--\r\n'],
        ['f', 'a.txt', 'text/plain', ''],
      ],
    })
    for (let cut = 0; cut <= wire.length; cut++) {
      const body = await parseMultipart(streamOf([wire.subarray(0, cut), wire.subarray(cut)]), TYPE)
      expect(await contentOf(body), `cut at ${cut}`).toEqual(whole)
    }
    expect(
      await contentOf(await parseMultipart(streamOf([...wire].map((byte) => new Uint8Array([byte]))), TYPE)),
    ).toEqual(whole)
  })

  it('reads any form from any pieces as it was written', async () => {
    const REFUSED = /^(__proto__|constructor|prototype)$|\\$/
    // Letters of which line breaks and boundaries are made come often.
    const text = fc.string({
      unit: fc.constantFrom('\r\n', '-', '--', 'x', 'Y', 'z', '--xYz', '\r', '\n', 'é', 'a'),
    })
    const entry = fc.record({ name: fc.string({ minLength: 1 }), content: text, isFile: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 6 }),
        fc.array(fc.nat()),
        fc.nat(20),
        async (entries, cuts, threshold) => {
          // A quote and a line break are written as %22, %0D and %0A, and so are those that were sent as such.
          fc.pre(entries.every(({ name }) => !REFUSED.test(name) && !/%(22|0d|0a)/i.test(name)))
          const form = new FormData()
          for (const { name, content, isFile } of entries) {
            form.append(name, isFile ? new File([content], 'f', { type: 'text/plain' }) : content)
          }
          const { type, bytes } = await encode(form)
          const places = [
            0,
            ...cuts.map((cut) => cut % bytes.length).sort((one, other) => one - other),
            bytes.length,
          ]
          const pieces = places.slice(1).map((place, index) => bytes.slice(places[index], place))
          const body = await parseMultipart(streamOf(pieces), type, { memoryThreshold: threshold })
          for (const [name, value] of Object.entries(body.fields)) {
            // FormData turns a bare CR or LF in a field into CRLF when it is written.
            const sent = entries.filter((field) => !field.isFile && field.name === name)
            expect([value].flat()).toEqual(sent.map(({ content }) => content.replace(/\r\n|\r|\n/g, '\r\n')))
          }
          const sent = entries.filter(({ isFile }) => isFile)
          expect(await Promise.all(body.files.map((file) => file.text()))).toEqual(
            sent.map(({ content }) => content),
          )
          expect(body.files.map((file) => file.path !== undefined)).toEqual(
            body.files.map(({ size }) => size > threshold),
          )
          await body.dispose()
        },
      ),
      { numRuns: 200 },
    )
  })

  it('fails only with 400, 413 or 415, whatever bytes come', async () => {
    const piece = fc.constantFrom(
      '--xYz',
      '\r\n',
      '--',
      'Content-Disposition: form-data; name="a"',
      '; filename="b"',
      '\r',
      '\n',
      ':',
      'x',
      ' ',
      '\0',
      '"',
      'Content-Type: ',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const outcome = await read(pieces.join('')).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(HttpError)
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses a body cut short at any byte with 400', async () => {
    const wire = encoder.encode(wireOf(part('name="a"', '1'), aFile('x'.repeat(30))))
    const closing = wire.length - '\r\n'.length
    for (let length = 0; length < closing; length++) {
      const error = await refusal(read(wire.subarray(0, length), { memoryThreshold: 4 }))
      expect(error.status, `cut after ${length} bytes`).toBe(400)
    }
    await read(wire.subarray(0, closing))
  })
})

describe('the grammar of a part', () => {
  it.each([
    ['text before the first boundary', `hello\r\n${wireOf(part('name="a"', '1'))}`],
    ['text behind the last boundary', `${wireOf(part('name="a"', '1'))}hello`],
    ['a part behind the last boundary', wireOf(part('name="a"', '1')) + wireOf(part('name="b"', '2'))],
    ['text on the line of the last boundary', '--xYz--hello\r\n'],
    [
      'a boundary that goes on',
      `${part('name="a"', '1')}--xYzAB\r\nContent-Disposition: form-data; name="b"\r\n\r\n2\r\n--xYz--`,
    ],
    ['two boundaries in a row', `--xYz\r\n${wireOf(part('name="a"', '1'))}`],
    ['a boundary inside a head', `--xYz\r\nContent-Disposition: form-da\r\n${wireOf(part('name="a"', '1'))}`],
    ['lines that end in LF', wireOf(part('name="a"', '1')).replaceAll('\r\n', '\n')],
    ['a part without a head', '--xYz\r\n\r\n1\r\n--xYz--'],
    ['a part without a disposition', '--xYz\r\nContent-Type: text/plain\r\n\r\n1\r\n--xYz--'],
    ['another disposition', '--xYz\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--xYz--'],
    ['no name', wireOf(part('filename="a"', '1'))],
    ['two names', wireOf(part('name="a"; name="b"', '1'))],
    ['two file names', wireOf(part('name="a"; filename="a"; FileName="b"', '1'))],
    ['an unclosed quote', wireOf(part('name="a', '1'))],
    ['text behind a parameter', wireOf(part('name="a"b', '1'))],
    ['two dispositions', wireOf(part('name="a"', '1', 'content-disposition: form-data; name="b"'))],
    ['two types', wireOf(part('name="a"', '1', 'Content-Type: text/plain', 'Content-Type: text/html'))],
    ['a malformed type', wireOf(part('name="a"', '1', 'Content-Type: text'))],
    ['a folded line', wireOf(part('name="a"', '1', ' ; filename="b"'))],
    ['a bare CR in a head', wireOf(part('name="a\rX: y"', '1'))],
    ['a bare LF in a head', wireOf(part('name="a\nX: y"', '1'))],
    ['NUL in a head', wireOf(part('name="a"; filename="a\0.txt"', '1'))],
    ['a blank before the colon', wireOf(part('name="a"', '1', 'Content-Type : text/plain'))],
    ['base64', wireOf(part('name="a"', 'MQ==', 'Content-Transfer-Encoding: base64'))],
    ['a malformed filename*', wireOf(part(`name="a"; filename*=utf-8''%zz`, '1'))],
    ['a filename* in another charset', wireOf(part(`name="a"; filename*=iso-8859-1''%E9`, '1'))],
    [
      'a name that is no UTF-8',
      Uint8Array.from(wireOf(part('name="\u00e9"', '1')), (letter) => letter.charCodeAt(0)),
    ],
    [
      'a value that is no UTF-8',
      Uint8Array.from(wireOf(part('name="a"', '\u00e9')), (letter) => letter.charCodeAt(0)),
    ],
  ])('refuses %s', async (_what, wire) => {
    expect((await refusal(read(wire))).status).toBe(400)
  })

  it('reads parameters as tokens and in quotes, and names of fields in any case', async () => {
    const wire =
      '--xYz\r\ncONTENT-disposition:Form-Data ;NAME=a;filename="b;\\"=%22%0d.txt"\r\n\r\n1\r\n--xYz--'
    const [file] = (await read(wire)).files
    expect(file).toMatchObject({ field: 'a', originalFilename: 'b;"="\r.txt', filename: 'b;"=".txt' })
  })

  it('takes a backslash as a backslash, but before a quote inside the value', async () => {
    const names = async (name: string) =>
      Object.keys((await read(wireOf(part(`name="${name}"`, '1')))).fields)
    expect(await names('a\\b')).toEqual(['a\\b'])
    expect(await names('a\\')).toEqual(['a\\'])
    expect(await names('\\"a\\"')).toEqual(['"a"'])
    expect((await refusal(read(wireOf(part('name="a\\"; filename="b"', '1'))))).status).toBe(400)
  })

  it('reads filename* only when filename is not there (RFC 7578 §4.2)', async () => {
    const alone = await read(wireOf(part(`name="a"; filename*=UTF-8'en'%E2%82%AC.txt`, '1')))
    expect(alone.files[0]?.filename).toBe('€.txt')
    const both = await read(wireOf(part(`name="a"; filename="good.txt"; filename*=utf-8''evil.exe`, '1')))
    expect(both.files[0]?.filename).toBe('good.txt')
  })

  it('decodes a field and the text of a file in the declared charset', async () => {
    const wire = wireOf(
      part('name="a"', '\u00e9', 'Content-Type: text/plain; charset=iso-8859-1'),
      aFile('\u00e9', 'Content-Type: text/plain; charset="ISO-8859-1"'),
    )
    const body = await read(Uint8Array.from(wire, (letter) => letter.charCodeAt(0)))
    expect(body.fields.a).toBe('é')
    expect(await body.files[0]?.text()).toBe('é')
    expect(
      (await refusal(read(wireOf(part('name="a"', '1', 'Content-Type: text/plain; charset=klingon')))))
        .status,
    ).toBe(415)
  })

  it.each(['__proto__', 'constructor', 'prototype'])(
    'refuses the name %s for fields and files',
    async (name) => {
      expect((await refusal(read(wireOf(part(`name="${name}"`, '1'))))).status).toBe(400)
      expect((await refusal(read(wireOf(part(`name="${name}"; filename="a"`, '1'))))).status).toBe(400)
    },
  )

  it('has no value for a name that was not sent', async () => {
    const { fields } = await read(wireOf(part('name="a"', '1')))
    expect(fields.toString).toBeUndefined()
    expect(Object.getPrototypeOf(fields)).toBeNull()
  })

  it('leaves out a file input in which nothing was chosen', async () => {
    const nothing = part('name="f"; filename=""', '', 'Content-Type: application/octet-stream')
    expect((await read(wireOf(nothing))).files).toEqual([])
    const unnamed = await read(wireOf(part('name="f"; filename=""', '1')))
    expect(unnamed.files.map(({ filename, size }) => [filename, size])).toEqual([['unnamed', 1]])
  })
})

describe('limits', () => {
  it('are these when nothing is said', () => {
    expect(MULTIPART_DEFAULTS).toEqual({
      maxFileSize: 10 * MIB,
      maxFiles: 20,
      maxFields: 1000,
      maxFieldSize: MIB,
      maxHeaderSize: 16 * KIB,
      memoryThreshold: 64 * KIB,
    })
  })

  const emptyHead = part('name=""', '').length - '--xYz\r\n'.length
  it.each<readonly [keyof MultipartOptions, number, (size: number) => string]>([
    ['maxFileSize', 10 * MIB, (size) => wireOf(aFile('x'.repeat(size)))],
    ['maxFiles', 20, (count) => wireOf(...Array.from({ length: count }, () => aFile('x')))],
    ['maxFields', 1000, (count) => wireOf(...Array.from({ length: count }, () => part('name="a"', 'x')))],
    ['maxFieldSize', MIB, (size) => wireOf(part('name="a"', 'x'.repeat(size)))],
    ['maxHeaderSize', 16 * KIB, (size) => wireOf(part(`name="${'n'.repeat(size - emptyHead)}"`, ''))],
  ])('%s is %i: that much is read, one more is 413', async (name, limit, wire) => {
    await (await read(wire(limit))).dispose()
    const error = await refusal(read(wire(limit + 1)))
    expect(error.status).toBe(413)
    expect(error.detail).toContain(`${limit}`)
    expect(error.detail).toContain(`(${name})`)
  })

  it.each<readonly [MultipartOptions, string]>([
    [{ maxFileSize: 2 }, wireOf(aFile('xxx'))],
    [{ maxFiles: 0 }, wireOf(aFile('x'))],
    [{ maxFields: 1 }, wireOf(part('name="a"', '1'), part('name="a"', '1'))],
    [{ maxFieldSize: 2 }, wireOf(part('name="a"', 'xxx'))],
    [{ maxHeaderSize: 30 }, wireOf(part('name="a"', ''))],
  ])('can be set: %j', async (options, wire) => {
    expect((await refusal(read(wire, options))).status).toBe(413)
  })

  it('hold also for a client that sends byte by byte', async () => {
    const bytes = [...encoder.encode(wireOf(aFile('x'.repeat(11))))].map((byte) => new Uint8Array([byte]))
    expect((await refusal(parseMultipart(streamOf(bytes), TYPE, { maxFileSize: 10 }))).status).toBe(413)
  })

  it('pass on the refusal of the stream, such as 413 for the whole', async () => {
    const tooLarge = new HttpError(413, 'whole')
    const chunks = [encoder.encode(aFile('x'.repeat(100)).slice(0, -2))]
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.pop()
        if (chunk === undefined) controller.error(tooLarge)
        else controller.enqueue(chunk)
      },
    })
    expect(await refusal(parseMultipart(stream, TYPE, { memoryThreshold: 10 }))).toBe(tooLarge)
  })

  it('cancel the stream when something is refused', async () => {
    const cancel = vi.fn()
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encoder.encode('x'.repeat(100))),
      cancel,
    })
    expect((await refusal(parseMultipart(stream, TYPE))).status).toBe(400)
    expect(cancel).toHaveBeenCalledOnce()
  })
})

describe('UploadedFile', () => {
  it(`stays in memory up to ${64 * KIB} bytes and lies on the disk from there on`, async () => {
    const body = await read(wireOf(aFile('x'.repeat(64 * KIB)), aFile('y'.repeat(64 * KIB + 1))))
    const [small, large] = body.files
    expect(small?.path).toBeUndefined()
    expect(large?.path?.startsWith(directory)).toBe(true)
    expect(await readdir(directory)).toHaveLength(1)
    expect((await stat(large?.path ?? '')).mode & 0o777).toBe(0o600)
    expect(await readFile(large?.path ?? '', 'utf8')).toBe('y'.repeat(64 * KIB + 1))
    await body.dispose()
    await body.dispose()
    expect(await readdir(directory)).toEqual([])
    await expect(large?.bytes()).rejects.toThrow('ENOENT')
  })

  it.each([
    ['in memory', 64 * KIB],
    ['on the disk', 16],
  ])('can be read in every way and again, %s', async (_where, memoryThreshold) => {
    const content = 'line é\n'.repeat(100)
    const body = await read(wireOf(aFile(content)), { memoryThreshold })
    const [file] = body.files
    if (file === undefined) throw new Error('no file')
    expect(file.path === undefined).toBe(memoryThreshold > 16)
    expect(file.size).toBe(encoder.encode(content).length)
    for (let time = 0; time < 2; time++) {
      expect(await file.text()).toBe(content)
      expect(await new Response(file.stream()).text()).toBe(content)
      const bytes = await file.bytes()
      expect(bytes).toEqual(expect.objectContaining({ length: file.size }))
      // The next reader must not see what this one does to its copy.
      bytes.fill(0)
    }
    const abandoned = file.stream().getReader()
    await abandoned.read()
    await abandoned.cancel()
    await body.dispose()
  })

  it('is gone when the request fails, with every other file of it', async () => {
    const written = aFile('x'.repeat(1000))
    for (const end of [
      '--xY',
      '--xYz\r\nbad\r\n\r\n',
      part('name="a"', '1'),
      part('name="constructor"', '1'),
    ]) {
      expect((await refusal(read(written + written + end, { memoryThreshold: 100 }))).status).toBe(400)
      expect(await readdir(directory)).toEqual([])
    }
  })

  it('is written as it comes: 20 MB never wait in memory', async () => {
    const piece = new Uint8Array(128 * KIB).fill(120)
    const total = 160 * piece.length
    const head = encoder.encode(aFile('').slice(0, -2))
    let sent = -head.length
    let behind = 0
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const [name] = await readdir(directory)
          const written = name === undefined ? 0 : (await stat(join(directory, name))).size
          behind = Math.max(behind, sent - written)
          const chunk = sent < 0 ? head : sent < total ? piece : encoder.encode('\r\n--xYz--')
          sent += chunk.length
          controller.enqueue(chunk)
          if (sent > total) controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const body = await parseMultipart(stream, TYPE, { maxFileSize: 20 * MIB })
    const [file] = body.files
    expect(file?.size).toBe(20 * MIB)
    expect((await stat(file?.path ?? '')).size).toBe(20 * MIB)
    expect(behind).toBeLessThanOrEqual(64 * KIB)
    let received = 0
    for await (const chunk of file?.stream() ?? []) received += chunk.length
    expect(received).toBe(20 * MIB)
    await body.dispose()
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\cat.png', 'cat.png'],
    ['C:cat.png', 'C_cat.png'],
    ['a/b\\..\\c', 'c'],
    ['..', 'unnamed'],
    ['x/', 'unnamed'],
    ['', 'unnamed'],
    [' . ', 'unnamed'],
    ['a\0b\u0007\u0085.txt', 'ab.txt'],
    ['a\u202egpj.exe', 'agpj.exe'],
    ['.env', '.env'],
    ['Résumé 日本 👩‍🚀.pdf', 'Résumé 日本 👩‍🚀.pdf'],
  ])('makes of the name %j the safe name %j', (original, safe) => {
    expect(safeFilename(original)).toBe(safe)
  })

  it('never has a name with a separator or a control character, or one that means a folder', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(
            fc.constantFrom('.', '/', '\\', '\0', ' ', ':'),
            fc.string({ unit: 'binary', maxLength: 1 }),
          ),
        }),
        (original) => {
          expect(safeFilename(original)).not.toMatch(/^\.*$|[/\\:\p{Cc}]/u)
        },
      ),
    )
  })
})
