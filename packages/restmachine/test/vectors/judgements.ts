import { acceptedBy } from './content.ts'
import type { Expected, Facts, Vector } from './format.ts'

/** What counts where projects disagree and the file recommends nothing, or where a sender has a choice. */
interface Judgement {
  readonly about: string
  readonly rfc: string
  readonly why: string
  readonly applies: (vector: Vector, facts: Facts) => boolean
  readonly expect: (expected: Expected) => Expected
}

const disputes = (id: string) => (vector: Vector) => vector.disagreement?.includes(id) === true
const expects = (vector: Vector, ...statuses: readonly number[]) =>
  [vector.expect.status ?? []].flat().some((status) => statuses.includes(status))
const header = ({ request }: Vector, name: string) =>
  Object.entries(request.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1]
const hasContent = ({ request }: Vector) => typeof request.body === 'string' && request.body !== ''
const withStatus =
  (...status: readonly number[]) =>
  (): Expected => ({ status })

const asksOfContent = (vector: Vector, facts: Facts) =>
  expects(vector, 413, 415) || (expects(vector, 501) && facts.validContentHeaders !== undefined)

/** The tags of a condition are a list of quoted tags, or a star. */
const isMalformedTag = (value: unknown) =>
  typeof value === 'string' && !/^\s*(\*|(W\/)?"[^"]*"(\s*,\s*(W\/)?"[^"]*")*)\s*$/.test(value)

const judgements: readonly Judgement[] = [
  {
    about: 'D04',
    rfc: '9110 §9.3.4',
    why: 'a PUT that creates is answered 201, whether or not it names a Location',
    applies: (vector, facts) =>
      disputes('D04')(vector) &&
      facts.resourceExists === false &&
      [vector.expect.statusNot].flat().includes(201),
    expect: withStatus(201),
  },
  {
    about: 'D04',
    rfc: '9110 §9.3.4',
    why: 'a PUT that replaces is answered 200 or 204: nothing was created',
    applies: (vector, { resourceExists, isNew }) =>
      vector.request.method === 'PUT' && expects(vector, 201) && resourceExists !== false && isNew !== true,
    expect: withStatus(200, 204),
  },
  {
    about: 'D06',
    rfc: '9110 §13.1.1, §13.2.1',
    why: 'a PUT that would create looks at If-Match, which holds for nothing that is not there',
    applies: (vector) => disputes('D06')(vector) && vector.request.method === 'PUT' && expects(vector, 404),
    expect: withStatus(412),
  },
  {
    about: 'D08',
    rfc: '9110 §15.5.14, §15.5.16',
    why: '413, 415 and the check of Content-* speak of content, and this request has none',
    applies: (vector, facts) => !hasContent(vector) && asksOfContent(vector, facts),
    expect: () => ({ statusNot: [413, 415, 501] }),
  },
  {
    about: 'D16',
    rfc: '9110 §13.2.1',
    why: 'a type that is not accepted is 415 before preconditions and moves are looked at',
    applies: (vector, facts) =>
      hasContent(vector) &&
      ['PUT', 'POST', 'PATCH'].includes(vector.request.method) &&
      acceptedBy(vector.request.method, facts)?.length === 0 &&
      expects(vector, 301, 412),
    expect: withStatus(415),
  },
  {
    about: 'D09',
    rfc: '9110 §12.5.1',
    why: 'an Accept that cannot be read is ignored: the client says nothing it wants',
    applies: (vector) => disputes('D09')(vector) && header(vector, 'accept') !== undefined,
    expect: withStatus(200),
  },
  {
    about: 'D09',
    rfc: '9110 §8.8.3, §13.1',
    why: 'a tag without quotes cannot be read; 400, lest a check be lost. What precedes conditions still does',
    applies: (vector) =>
      isMalformedTag(header(vector, 'if-match')) || isMalformedTag(header(vector, 'if-none-match')),
    expect: ({ status = [] }) => ({ status: [...[status].flat(), 400] }),
  },
  {
    about: 'D22',
    rfc: '9110 §15.5.2',
    why: 'a 401 carries WWW-Authenticate',
    applies: disputes('D22'),
    expect: () => ({ status: 401, headersPresent: ['WWW-Authenticate'] }),
  },
  {
    about: 'D25',
    rfc: '9110 §13.1.3',
    why: 'the rule that ignored dates in the future is gone: 200 and 304 are both right',
    applies: (vector) => disputes('D25')(vector) && header(vector, 'if-modified-since') !== undefined,
    expect: withStatus(200, 304),
  },
  {
    about: 'D36 (and ruby-139, perl-137, which the file does not mark)',
    rfc: '9110 §12.5.1',
    why: 'between types of one weight the server chooses: it takes its own order',
    applies: (vector) => disputes('D36')(vector) || ['ruby-139', 'perl-137'].includes(vector.id),
    expect: ({ status }) => (status === undefined ? {} : { status }),
  },
  {
    about: 'charsets of one weight (ruby-152, perl-156)',
    rfc: '9110 §12.5.2',
    why: 'between charsets of one weight the server chooses: it takes its own order',
    applies: (vector) =>
      vector.expect.negotiated?.charset !== undefined &&
      /^[^;]+,[^;]+$/.test(String(header(vector, 'accept-charset'))),
    expect: ({ negotiated = {}, ...expected }) => {
      const { charset: _, ...rest } = negotiated
      return { ...expected, negotiated: rest }
    },
  },
  {
    about: 'a date that cannot be read (perl-036)',
    rfc: '9110 §13.1.4',
    why: 'If-Unmodified-Since that is no HTTP date is ignored',
    applies: (vector) =>
      expects(vector, 412) &&
      header(vector, 'if-match') === undefined &&
      header(vector, 'if-none-match') === undefined &&
      /^\d/.test(String(header(vector, 'if-unmodified-since'))),
    expect: withStatus(200),
  },
  {
    about: 'D38',
    rfc: '9110 §11.6.2',
    why: 'credentials that cannot be read are no credentials; who asks for none goes on',
    applies: disputes('D38'),
    expect: () => ({ statusNot: 500 }),
  },
  {
    about: 'D40',
    rfc: '9110 §8.8.3',
    why: 'an entity tag is quoted, also where the case writes it bare',
    applies: ({ expect }) => /^[^"]+$/.test(expect.headers?.ETag ?? '"'),
    expect: (expected) => ({
      ...expected,
      headers: { ...expected.headers, ETag: `"${expected.headers?.ETag}"` },
    }),
  },
  {
    about: 'D47',
    rfc: '9110 §12.5.1',
    why: 'text/html;level=3 has the weight of text/html (0.7), text/plain that of text/* (0.3)',
    applies: disputes('D47'),
    expect: () => ({ status: 200, negotiated: { mediaType: 'text/html (any of the text/html offers)' } }),
  },
  {
    about: 'moved without an address',
    rfc: '9110 §15.4.2, §15.4.9',
    why: '301 and 308 both say "for good"; with an address the case chooses, without one the graph does',
    applies: (vector, facts) => facts.movedPermanently === true && expects(vector, 301),
    expect: withStatus(301, 308),
  },
]

/** What the answer of a case must be: the recommended answer, else what was upstream, else as judged here. */
export function expectedOf(vector: Vector, facts: Facts): Expected {
  const { expect, recommended } = vector
  let expected = recommended === undefined ? expect : recommend(expect, recommended.status)
  for (const judgement of judgements) {
    if (judgement.applies(vector, facts)) expected = judgement.expect(expected)
  }
  return expected
}

// Fields of an answer that is not recommended belong to that answer.
function recommend(expected: Expected, status: number | readonly number[]): Expected {
  const allowed = [status].flat()
  const same = [expected.status ?? []].flat().some((one) => allowed.includes(one))
  const { statusNot: _, ...rest } = expected
  return same ? { ...rest, status } : { status }
}

/**
 * Whether a field of an answer is for a case to say: errors are problem details here (RFC 9457), which
 * have their own type and length and name no Location (RFC 9110 §10.2.2).
 */
export function isComparable(name: string, { status, body, headers }: Response): boolean {
  if (status >= 400) return !['content-type', 'content-length', 'content-encoding', 'location'].includes(name)
  // What has no content needs no type and no coding (RFC 9110 §8.3, §8.4).
  const describes = name === 'content-type' || name === 'content-encoding'
  return !(describes && body === null && !headers.has(name))
}
