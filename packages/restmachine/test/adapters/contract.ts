import { ask, type Case, check, type Extra, headOf, json, problem, send, text } from './contract-case.ts'

const MEBIBYTE = 1_048_576
const hello = json(200, { hello: 'world' })
const bytes = new Uint8Array([0, 255, 13, 10, 128])
const tooLarge = problem(413)
const octets: Extra = { headers: [['content-type', 'application/octet-stream']] }

const form = [
  '--cut',
  'Content-Disposition: form-data; name="title"',
  '',
  'Grüße',
  '--cut',
  'Content-Disposition: form-data; name="file"; filename="a.txt"',
  'Content-Type: text/plain',
  '',
  'four',
  '--cut--',
  '',
].join('\r\n')

const answers: readonly Case[] = [
  check('JSON', ask('GET', '/json'), hello),
  check('HEAD is GET without the content', ask('HEAD', '/json'), headOf(hello)),
  check('text', ask('GET', '/text'), text(200, 'text/plain; charset=utf-8', 'plain')),
  check('HTML', ask('GET', '/html'), text(200, 'text/html; charset=utf-8', '<p>&lt;escaped&gt;</p>')),
  check('lengths are bytes, not characters', ask('GET', '/unicode'), json(200, { text: 'Grüße, 世界 💥' })),
  check(
    'HEAD has the length in bytes',
    ask('HEAD', '/unicode'),
    headOf(json(200, { text: 'Grüße, 世界 💥' })),
  ),
  check('bytes', ask('GET', '/bytes'), [
    200,
    ['accept-ranges: bytes', 'content-type: application/octet-stream', 'content-length: 5'],
    bytes,
  ]),
  check('no bytes', ask('GET', '/no-bytes'), text(200, 'application/octet-stream', '')),
  check('empty text', ask('GET', '/empty-text'), text(200, 'text/plain', '')),
  check('204 has no length (RFC 9110 §8.6)', ask('GET', '/nothing'), [204, [], '']),
  check('HEAD of a 204', ask('HEAD', '/nothing'), [204, [], '']),
  check('205 has no content (RFC 9110 §15.3.6)', ask('GET', '/reset'), [205, ['content-length: 0'], '']),
  check('201 with a location', ask('GET', '/created'), json(201, { id: 7 }, 'location: /things/7')),
  check('DELETE without a result', ask('DELETE', '/things/7'), [204, [], '']),
  check('each Set-Cookie is a line of its own (RFC 6265 §3)', ask('GET', '/cookies'), [
    ...json(200, {}, 'set-cookie: a=1; Path=/', 'set-cookie: b=2, 3'),
  ]),
  check('a stream has no length', ask('GET', '/stream'), [
    200,
    ['content-type: application/octet-stream'],
    'one two grün',
  ]),
  check('HEAD of a stream', ask('HEAD', '/stream'), [200, ['content-type: application/octet-stream'], '']),
  check('a web Response goes out as it is', ask('GET', '/response'), [
    202,
    ['content-type: text/plain;charset=UTF-8', 'x-own: yes'],
    'from a Response',
  ]),
  check('a stream may know its length', ask('GET', '/measured'), [200, ['content-length: 5'], '12345']),
  check('HEAD tells the length of a stream', ask('HEAD', '/measured'), [200, ['content-length: 5'], '']),
  check('nobody but the adapter frames a message', ask('GET', '/lies'), json(200, {})),
  check('HEAD may tell a length of its own', ask('HEAD', '/own-head'), [200, ['content-length: 1234'], '']),
  check(
    '304 has neither content nor length',
    ask('GET', '/versioned', { headers: [['if-none-match', '"v1"']] }),
    [304, ['etag: "v1"'], ''],
  ),
  check('OPTIONS', ask('OPTIONS', '/html'), [204, ['allow: GET, HEAD, OPTIONS', 'accept-ranges: bytes'], '']),
]

const errors: readonly Case[] = [
  check('404', ask('GET', '/absent'), problem(404)),
  check('HEAD of a 404', ask('HEAD', '/absent'), headOf(problem(404))),
  check('403', ask('GET', '/refused'), problem(403)),
  check('500', ask('GET', '/broken'), problem(500)),
  check('405 with Allow', ask('DELETE', '/html'), problem(405, 'allow: GET, HEAD, OPTIONS')),
  check('a field that would split the response is a 500', ask('GET', '/split'), problem(500)),
  check('a target with an escape that is none', ask('GET', '/a%zz'), problem(400)),
]

const requests: readonly Case[] = [
  check(
    'the query, as it was sent',
    ask('GET', '/query?a=1&b=%C3%BC&a=2&c'),
    json(200, {
      pairs: [
        ['a', '1'],
        ['b', 'ü'],
        ['a', '2'],
        ['c', ''],
      ],
      target: '/query?a=1&b=%C3%BC&a=2&c',
    }),
  ),
  check('an empty query', ask('GET', '/query?'), json(200, { pairs: [], target: '/query?' })),
  check(
    'an escaped path, decoded once',
    ask('GET', '/echo/%C3%BCber%20100%2525'),
    json(200, { name: 'über 100%25', path: '/echo/über 100%25' }),
  ),
  check('an escaped slash is refused', ask('GET', '/echo/a%2Fb'), problem(400)),
  check('a dot segment is refused', ask('GET', '/echo/%2e%2e/json'), problem(400), {
    fetch: 'the URL parser of the platform resolves dot segments before anybody sees them',
  }),
  check(
    'lines of one name are joined, cookies by semicolon',
    ask('GET', '/headers', {
      headers: [
        ['x-twice', '1'],
        ['cookie', 'a=1'],
        ['X-Twice', '2'],
        ['x-latin', 'caf\u00e9'],
      ],
    }),
    json(200, { twice: '1, 2', cookie: 'a=1', absent: null, latin: 'caf\u00e9' }),
  ),
  check(
    'cookies on two lines (RFC 9113 §8.2.3)',
    ask('GET', '/headers', {
      headers: [
        ['cookie', 'a=1'],
        ['cookie', 'b=2'],
      ],
    }),
    json(200, { twice: null, cookie: 'a=1; b=2', absent: null, latin: null }),
  ),
  check('PATCH', ask('PATCH', '/things/7'), json(200, { patched: '7' })),
  check('PUT', ask('PUT', '/things/7', send('application/json', '1')), json(200, { id: '7', jsonBody: 1 })),
]

const contents: readonly Case[] = [
  check('0 bytes', ask('POST', '/size', { ...octets, content: '' }), json(200, { size: 0 })),
  check('no content at all', ask('POST', '/size'), json(200, { size: 0 })),
  check('1 byte', ask('POST', '/size', { ...octets, content: 'x' }), json(200, { size: 1 })),
  check(
    '1 MiB',
    ask('POST', '/size', { ...octets, content: new Uint8Array(MEBIBYTE) }),
    json(200, { size: MEBIBYTE }),
  ),
  check(
    '1 byte beyond the limit',
    ask('POST', '/size', { ...octets, content: new Uint8Array(MEBIBYTE + 1) }),
    tooLarge,
  ),
  check(
    '1 byte beyond the limit, in chunks',
    ask('POST', '/size', { ...octets, content: new Uint8Array(MEBIBYTE + 1), isChunked: true }),
    tooLarge,
  ),
  check(
    'the limit of a route',
    ask('POST', '/small', { ...octets, content: '0123456789' }),
    json(200, { size: 10 }),
  ),
  check('beyond it', ask('POST', '/small', { ...octets, content: '0123456789A' }), tooLarge),
  check(
    'beyond it, in chunks',
    ask('POST', '/small', { ...octets, content: '0123456789A', isChunked: true }),
    tooLarge,
  ),
  check(
    'JSON in chunks',
    ask('POST', '/json', send('application/json', '{"a":"ü"}', { isChunked: true })),
    json(200, { got: { a: 'ü' } }),
  ),
  check('empty JSON is none', ask('POST', '/json', send('application/json', '')), json(200, { got: null })),
  check('malformed JSON', ask('POST', '/json', send('application/json', '{"a"')), problem(400)),
  check(
    'JSON that does not say so',
    ask('POST', '/json', send('text/plain', '{}')),
    problem(415, 'accept-post: application/json'),
  ),
  check('text', ask('POST', '/text', send('text/plain', 'Grüße')), json(200, { textBody: 'Grüße' })),
  check(
    'a form',
    ask('POST', '/form', send('application/x-www-form-urlencoded', 'a=1&b=%C3%BC+x')),
    json(200, { a: '1', b: 'ü x' }),
  ),
  check(
    'a form with a file',
    ask('POST', '/multipart', send('multipart/form-data; boundary=cut', form)),
    json(200, { fields: { title: 'Grüße' }, files: [{ originalFilename: 'a.txt', size: 4 }] }),
  ),
  check(
    'a form with a file, in chunks',
    ask('POST', '/multipart', send('multipart/form-data; boundary=cut', form, { isChunked: true })),
    json(200, { fields: { title: 'Grüße' }, files: [{ originalFilename: 'a.txt', size: 4 }] }),
  ),
  check(
    'content sent back as it comes',
    ask('POST', '/echo', { ...octets, content: bytes, isChunked: true }),
    [200, ['content-type: application/octet-stream'], bytes],
  ),
  check(
    'content nobody reads',
    ask('POST', '/unread', { ...octets, content: 'x'.repeat(100) }),
    json(200, { unread: true }),
  ),
]

/** What every adapter keeps. */
export const contract: Readonly<Record<string, readonly Case[]>> = { answers, errors, requests, contents }
