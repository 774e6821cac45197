import { assert, describe, it } from 'vitest'
import { type CompressionOptions, createCompression } from '../../src/representation/compression.ts'

const encode = (bytes: Uint8Array): Uint8Array => bytes

describe('createCompression', () => {
  it('has zstd, br and gzip for 1000 bytes and more, when nobody says otherwise', () => {
    const { codings, minimumSize } = createCompression()
    assert.deepEqual(
      codings.map(({ name }) => name),
      ['zstd', 'br', 'gzip'],
    )
    assert.equal(minimumSize, 1000)
  })

  it.for([
    'text/html',
    'TEXT/CSS',
    'text/plain; charset=utf-8',
    'text/event-stream',
    'application/json',
    'application/problem+json',
    'application/vnd.api+json;v=1',
    'application/json-seq',
    'application/x-ndjson',
    'application/jsonl',
    'application/xml',
    'application/xhtml+xml',
    'application/javascript',
    'application/wasm',
    'application/manifest+json',
    'image/svg+xml',
    'font/ttf',
    'model/gltf+json',
  ])('finds %s worth it', (type) => {
    assert.isTrue(createCompression().compresses(type))
  })

  it.for([
    '',
    'image/png',
    'image/jpeg',
    'video/mp4',
    'audio/mpeg',
    'font/woff2',
    'application/octet-stream',
    'application/zip',
    'application/gzip',
    'application/pdf',
    'application/jsonish',
    'multipart/byteranges; boundary=text/plain',
    'x-text/plain',
  ])('finds %j not worth it', (type) => {
    assert.isFalse(createCompression().compresses(type))
  })

  it('asks a function of yours once for a type, without parameters and in lower case', () => {
    const asked: string[] = []
    const { compresses } = createCompression({
      types: (mediaType) => asked.push(mediaType) > 0 && mediaType === 'image/png',
    })
    assert.isTrue(compresses('Image/PNG ; a=b'))
    assert.isTrue(compresses('Image/PNG ; a=b'))
    assert.isFalse(compresses('text/html'))
    assert.deepEqual(asked, ['image/png', 'text/html'])
  })

  it('remembers no more than 100 types', () => {
    let asked = 0
    const { compresses } = createCompression({ types: () => ++asked > 0 })
    for (let index = 0; index < 100; index++) compresses(`text/t${index}`)
    compresses('text/t0')
    assert.equal(asked, 100)
    compresses('text/more')
    compresses('text/more')
    assert.equal(asked, 102)
  })

  it('takes a minimum of 0, and codings of yours in their order', () => {
    const own = { name: 'x-own', encode }
    const { codings, minimumSize } = createCompression({ minimumSize: 0, encodings: [own, 'gzip'] })
    assert.equal(minimumSize, 0)
    assert.deepEqual(
      codings.map(({ name }) => name),
      ['x-own', 'gzip'],
    )
  })

  it.for([
    [{ minimumsize: 5 }, 'there is no option "minimumsize"; there are encodings, minimumSize, types'],
    [{ minimumSize: -1 }, 'minimumSize: a number of bytes is needed, got -1'],
    [{ minimumSize: 0.5 }, 'minimumSize: a number of bytes is needed, got 0.5'],
    [{ minimumSize: '1kb' }, 'minimumSize: a number of bytes is needed, got 1kb'],
    [{ encodings: 'gzip' }, 'encodings: a list such as ["br", "gzip"] is needed, got "gzip"'],
    [{ encodings: ['deflate'] }, 'encodings: there is no "deflate"; there are zstd, br, gzip'],
    [{ encodings: [null] }, 'encodings: there is no "null"; there are zstd, br, gzip'],
    [{ encodings: [{ name: 'GZ', encode }] }, 'a name in lower case is needed, such as "gzip", got "GZ"'],
    [{ encodings: [{ name: 'a b', encode }] }, 'a name in lower case is needed, such as "gzip", got "a b"'],
    [{ encodings: [{ encode }] }, 'a name in lower case is needed, such as "gzip", got undefined'],
    [{ encodings: [{ name: 'identity', encode }] }, 'such as "gzip", got "identity"'],
    [{ encodings: [{ name: '*', encode }] }, 'such as "gzip", got "*"'],
    [{ encodings: [{ name: 'own' }] }, 'encodings: "own" needs a function encode'],
    [{ encodings: [{ name: 'own', encode, encodeStream: true }] }, 'encodeStream of "own" is no function'],
    [{ types: 'text/html' }, 'types: a function of a media type is needed, got "text/html"'],
    [null, 'options or false are needed, got null'],
    ['gzip', 'options or false are needed, got gzip'],
  ] as const)('refuses %j', ([options, message]) => {
    assert.throws(() => createCompression(options as unknown as CompressionOptions), TypeError, message)
  })
})
