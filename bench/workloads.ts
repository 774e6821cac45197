/** One request as the load generator sends it, again and again. */
export interface Shot {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What is measured: one request, and what every contender has to answer to it. */
export interface Workload {
  readonly name: string
  readonly title: string
  readonly shot: Shot
  readonly status: number
  /** Headers that have to be there, in lower case. */
  readonly headers: readonly string[]
  /** A second request, sent once: it shows that the work is done and not left out. */
  readonly control: { readonly shot: Shot; readonly statuses: readonly number[] }
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
    control: { shot: get('/users/43'), statuses: [200] },
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
    control: { shot: get('/etag', { 'if-none-match': '"v0"' }), statuses: [200] },
  },
  {
    name: 'list',
    title: 'GET /list, about 10 KB of JSON',
    shot: get('/list'),
    status: 200,
    headers: ['content-type'],
    control: { shot: get('/list?page=2'), statuses: [200] },
  },
]
