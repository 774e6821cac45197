// What well-behaved clients of a soak ask, and what is the right answer. Most say something that was never said before:
// what a server keeps of that, it keeps for ever.

/** A request, whatever the version of HTTP it is sent with. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly host?: string
  readonly fields?: Readonly<Record<string, string>>
  /** Sent in two parts, with a pause, where there is much of it. */
  readonly content?: string
  readonly status: number
  /** Whether the answer says what it has to. */
  readonly holds?: (answer: Answered) => boolean
}

/** What came of it. */
export interface Answered {
  readonly status: number
  /** Names in lower case. */
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly body: string
}

const LARGE = 'x'.repeat(200_000)
const JSON_FIELDS = { 'content-type': 'application/json' }

let last = 0
/** A word that nobody has said before. */
const fresh = (): string => `n${++last}`

/** Each makes a request, another one each time. */
const REQUESTS: Readonly<Record<string, () => Asked>> = {
  short: () => ({ method: 'GET', path: '/', status: 200, holds: ({ body }) => body === '{"fine":true}' }),
  item: () => {
    const id = fresh()
    const holds = ({ body }: Answered): boolean => body === `{"id":"${id}","isLent":true}`
    return { method: 'GET', path: `/items/${id}?page=${id}`, status: 200, holds }
  },
  host: () => {
    const host = `${fresh()}.example`
    return { method: 'GET', path: '/host', host, status: 200, holds: ({ body }) => body.includes(host) }
  },
  slow: () => ({ method: 'GET', path: '/slow/20', status: 200 }),
  accept: () => ({
    method: 'GET',
    path: '/items/7',
    fields: {
      accept: `application/${fresh()}, application/json;q=0.5`,
      'accept-language': `de, x-${fresh()}`,
    },
    status: 200,
  }),
  'accept, in vain': () => ({
    method: 'GET',
    path: '/items/7',
    fields: { accept: `application/${fresh()}` },
    status: 406,
  }),
  'if-none-match': () => {
    const id = fresh()
    const fields = { 'if-none-match': `"${fresh()}", "version-${id}"` }
    return { method: 'GET', path: `/articles/${id}`, fields, status: 304 }
  },
  'if-none-match, news': () => {
    const id = fresh()
    const holds = ({ fields }: Answered): boolean => fields.etag === `"version-${id}"`
    return {
      method: 'GET',
      path: `/articles/${id}`,
      fields: { 'if-none-match': `"${id}"` },
      status: 200,
      holds,
    }
  },
  'if-match, lost': () => {
    const fields = { ...JSON_FIELDS, 'if-match': `"${fresh()}"` }
    return { method: 'PUT', path: `/articles/${fresh()}`, fields, content: '{}', status: 412 }
  },
  json: () => {
    const content = JSON.stringify({ name: fresh(), tags: ['one', 'two'] })
    const holds = ({ body }: Answered): boolean => body === content
    return { method: 'POST', path: '/items', fields: JSON_FIELDS, content, status: 201, holds }
  },
  'json, malformed': () => ({
    method: 'POST',
    path: '/items',
    fields: JSON_FIELDS,
    content: `{"${fresh()}":`,
    status: 400,
  }),
  'unknown type': () => ({
    method: 'POST',
    path: '/items',
    fields: { 'content-type': `application/${fresh()}` },
    content: 'x',
    status: 415,
  }),
  upload: () => ({
    method: 'POST',
    path: '/size',
    fields: { 'content-type': 'application/octet-stream' },
    content: LARGE,
    status: 200,
    holds: ({ body }) => body === `{"size":${LARGE.length}}`,
  }),
  stream: () => ({
    method: 'GET',
    path: '/stream',
    status: 200,
    holds: ({ body }) => body.length === 20 * 16_384,
  }),
  nowhere: () => ({ method: 'GET', path: `/${fresh()}/${fresh()}`, status: 404 }),
  'no such method': () => ({ method: 'DELETE', path: '/', status: 405 }),
  stored: () => {
    const query = fresh()
    const holds = ({ body }: Answered): boolean => body.includes(`q=${query}"`)
    return { method: 'GET', path: `/stored?q=${query}`, status: 200, holds }
  },
  'stored, often': () => ({ method: 'GET', path: '/stored?q=same', status: 200 }),
  broken: () => ({ method: 'GET', path: '/broken', status: 500 }),
  'broken later': () => ({ method: 'GET', path: '/broken/5', status: 500 }),
  task: () => ({ method: 'POST', path: '/tasks', status: 202 }),
}

const KINDS = Object.values(REQUESTS)

/** Any of them. */
export function anyRequest(): Asked {
  return (KINDS[Math.floor(Math.random() * KINDS.length)] as () => Asked)()
}

/** A request as HTTP/1.1 sends it: what is sent after a pause stands by itself. */
export function textOf({ method, path, host = 'here', fields = {}, content }: Asked): readonly string[] {
  const all = content === undefined ? fields : { ...fields, 'content-length': String(content.length) }
  const lines = Object.entries({ host, ...all }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
  if (content === undefined || content.length < 1_000) return [head + (content ?? '')]
  const half = content.length / 2
  return [head + content.slice(0, half), content.slice(half)]
}
