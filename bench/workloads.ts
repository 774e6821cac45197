/** One request as the load generator sends it, again and again. */
export interface Shot {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** How many requests go out in one write, before the first answer is there; 1 by default. */
  readonly pipelining?: number
  /** True where a status of 400 or more is what is wanted. */
  readonly wantsRefusal?: boolean
}

/** A request that is sent once: it shows that the work is done and not left out. */
export interface Control {
  readonly shot: Shot
  readonly statuses: readonly number[]
  /** Headers that have to be there, in lower case. */
  readonly headers?: readonly string[]
  /** True where all have to answer with the same media type and body. */
  readonly same?: boolean
}

/** What is measured: one request, and what every contender has to answer to it. */
export interface Workload {
  readonly name: string
  readonly title: string
  readonly shot: Shot
  readonly status: number
  /** Headers that have to be there, in lower case. */
  readonly headers: readonly string[]
  readonly control: Control
  readonly furtherControls?: readonly Control[]
  /** False where each framework has an answer of its own, and only the status is compared. */
  readonly same?: boolean
  /** How many routes are registered besides those of the other workloads; 0 by default. */
  readonly furtherRoutes?: number
}

/** About 300 bytes of JSON, in the order of the schema: zod writes its output in that order. */
const item = JSON.stringify({
  name: 'Espresso machine with two boilers',
  sku: 'KIT-004217-EU',
  price: 1249.5,
  quantity: 12,
  available: true,
  tags: ['kitchen', 'coffee', 'steel'],
  description:
    'A heat exchanger is not enough for a busy morning, so this one has two boilers and two pumps.',
  supplier: { name: 'Alder & Sons', country: 'IT', days: 9 },
})

const json = { 'content-type': 'application/json' }

function get(path: string, headers: Shot['headers'] = {}): Shot {
  return { method: 'GET', path, headers }
}

function post(path: string, body: string): Shot {
  return { method: 'POST', path, headers: json, body }
}

const known = { authorization: 'Bearer mF_9.B5f-4.1JqM' }
// What Firefox sends for a page.
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

export const workloads: readonly Workload[] = [
  {
    name: 'get',
    title: 'GET /api/data, a small object',
    shot: get('/api/data'),
    status: 200,
    headers: ['content-type'],
    control: { shot: get('/api/nothing'), statuses: [404] },
  },
  {
    name: 'user',
    title: 'GET /users/{userId}, a chain of three dependencies',
    shot: get('/users/42'),
    status: 200,
    headers: ['content-type'],
    control: { shot: get('/users/43'), statuses: [200], same: true },
  },
  {
    name: 'post',
    title: `POST /items, ${item.length} bytes of JSON, validated`,
    shot: post('/items', item),
    status: 201,
    headers: ['content-type'],
    control: { shot: post('/items', item.replace('1249.5', '"dear"')), statuses: [400, 422] },
  },
  {
    name: 'etag',
    title: 'GET /etag with a matching If-None-Match',
    shot: get('/etag', { 'if-none-match': '"v1"' }),
    status: 304,
    headers: ['etag'],
    control: { shot: get('/etag', { 'if-none-match': '"v0"' }), statuses: [200], same: true },
  },
  {
    name: 'list',
    title: 'GET /list, about 10 KB of JSON',
    shot: get('/list'),
    status: 200,
    headers: ['content-type'],
    control: { shot: get('/list?page=2'), statuses: [200] },
  },
  {
    name: 'missing',
    title: 'GET of a path that is not there; only the status is compared',
    shot: { ...get('/nowhere'), wantsRefusal: true },
    status: 404,
    headers: [],
    same: false,
    control: { shot: get('/api/data'), statuses: [200], same: true },
  },
  {
    name: 'full',
    title: 'GET /accounts/{accountId} as HTML: authorization, existence, ETag, two types, three dependencies',
    shot: get('/accounts/42', { ...known, ...browser }),
    status: 200,
    headers: ['content-type', 'etag', 'vary'],
    control: { shot: get('/accounts/42', browser), statuses: [401], headers: ['www-authenticate'] },
    furtherControls: [
      { shot: get('/accounts/42', { ...browser, authorization: 'Bearer guessed' }), statuses: [401] },
      { shot: get('/accounts/43', { ...known, ...browser }), statuses: [404] },
      { shot: get('/accounts/42', { ...known, accept: 'image/png' }), statuses: [406] },
      {
        shot: get('/accounts/42', { ...known, accept: 'text/html;q=0.5, application/json' }),
        statuses: [200],
        headers: ['etag', 'vary'],
        same: true,
      },
      { shot: get('/accounts/42', { ...known, accept: '*/*' }), statuses: [200], same: true },
      {
        shot: get('/accounts/42', { ...known, ...browser, 'if-none-match': '"v7~html"' }),
        statuses: [304],
        headers: ['etag', 'vary'],
      },
      // The tag of the other type names other bytes (RFC 9110 §8.8.3.3).
      {
        shot: get('/accounts/42', { ...known, ...browser, 'if-none-match': '"v7"' }),
        statuses: [200],
        same: true,
      },
      {
        shot: get('/accounts/42', { ...known, accept: 'application/json', 'if-none-match': '"v7"' }),
        statuses: [304],
      },
      { shot: get('/accounts/42', { ...known, ...browser, 'if-match': '"v6~html"' }), statuses: [412] },
      {
        shot: get('/accounts/42', { ...known, ...browser, 'if-match': '"v7~html"' }),
        statuses: [200],
        same: true,
      },
    ],
  },
  {
    name: 'routes400',
    title: 'GET of one of 400 further routes, a parameter in its middle',
    shot: get('/shops/100/grinder/stock'),
    status: 200,
    headers: ['content-type'],
    furtherRoutes: 400,
    control: { shot: get('/sections/199/overview'), statuses: [200], same: true },
    furtherControls: [
      { shot: get('/shops/100/grinder/prices'), statuses: [404] },
      { shot: get('/shops/200/grinder/stock'), statuses: [404] },
      { shot: get('/api/data'), statuses: [200], same: true },
    ],
  },
  {
    name: 'pipelined',
    title: 'GET /api/data, 10 requests in one write',
    shot: { ...get('/api/data'), pipelining: 10 },
    status: 200,
    headers: ['content-type'],
    control: { shot: get('/api/nothing'), statuses: [404] },
  },
]
