import { DEFAULT_TEXT } from './actions.ts'
import type { Expected } from './format.ts'
import { isComparable } from './judgements.ts'

/** What came, as far as a case can ask for it. */
export interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** What of the expected did not come, in words; empty when everything did. */
export function differences(expected: Expected, response: Response): readonly string[] {
  const { status, statusNot, headers = {}, headersPresent = [], headersAbsent = [], negotiated } = expected
  const found: string[] = []
  if (status !== undefined && ![status].flat().includes(response.status))
    found.push(`status ${response.status}`)
  if (statusNot !== undefined && [statusNot].flat().includes(response.status))
    found.push(`status ${response.status}`)
  for (const [name, value] of Object.entries(headers)) {
    const came = response.headers.get(name)
    if (isComparable(name.toLowerCase(), response) && !isSame(name.toLowerCase(), value, came))
      found.push(`${name}: ${came}`)
  }
  for (const name of headersPresent) {
    // Servers add it, not applications (RFC 9110 §6.6.1).
    const comparable = name.toLowerCase() !== 'date' && isComparable(name.toLowerCase(), response)
    if (comparable && !response.headers.has(name)) found.push(`${name}: null`)
  }
  for (const name of headersAbsent) {
    if (isComparable(name.toLowerCase(), response) && response.headers.has(name))
      found.push(`${name}: ${response.headers.get(name)}`)
  }
  const type = negotiated?.mediaType
  const came = response.headers.get('content-type')
  if (typeof type === 'string' && response.status < 300 && !isSameType(type, came))
    found.push(`Content-Type: ${came}`)
  // JSON is UTF-8 and has no parameter that says so.
  const [, charset] = /charset=([^;]+)/i.exec(came ?? '') ?? []
  const wanted = negotiated?.charset
  if (typeof wanted === 'string' && charset !== undefined && charset.toLowerCase() !== wanted.toLowerCase())
    found.push(`charset: ${charset}`)
  const coding = negotiated?.encoding
  const coded = response.headers.get('content-encoding') ?? 'identity'
  if (typeof coding === 'string' && response.status < 300 && coding !== coded) found.push(`coding: ${coded}`)
  return found
}

/** The same for the content: that of a success, and only where the facts say what it is. */
export async function contentDifference(
  { body, bodyHex, bodyLength }: Expected,
  response: Response,
): Promise<readonly string[]> {
  if (response.status >= 300) return []
  if (typeof bodyHex === 'string' || typeof bodyLength === 'number') {
    const bytes = Buffer.from(await response.arrayBuffer())
    const same = bytes.toString('hex') === (bodyHex ?? bytes.toString('hex'))
    return same && bytes.length === (bodyLength ?? bytes.length) ? [] : [`content of ${bytes.length} bytes`]
  }
  if (typeof body !== 'string') return []
  const text = await response.text()
  return text === body || text.includes(DEFAULT_TEXT) ? [] : [`content ${JSON.stringify(text.slice(0, 80))}`]
}

/** The answer, for a report. */
export function gotOf(response: Response): Got {
  return { status: response.status, headers: Object.fromEntries(response.headers) }
}

function isSame(name: string, expected: string, came: string | null): boolean {
  if (name === 'content-type') return isSameType(expected, came)
  // Framing is the server's: a call in the process has no connection (RFC 9112 §6, §9).
  if (name === 'transfer-encoding' || name === 'connection' || name === 'date') return true
  if (came === null) return false
  if (name === 'allow') return sameSet(expected, came, false)
  if (name === 'vary') return sameSet(expected.toLowerCase(), came.toLowerCase(), false)
  // A realm is always quoted (RFC 9110 §11.5).
  if (name === 'www-authenticate') return expected.replaceAll('"', '') === came.replaceAll('"', '')
  return expected === came
}

// Text says its charset; spaces and the case of names mean nothing (RFC 9110 §8.3.1).
function isSameType(expected: string, came: string | null): boolean {
  const plain = (type: string): string => type.toLowerCase().replace(/\s+/g, '')
  if (came === null) return false
  // "text/html (any of the text/html offers)"
  const [, family] = /^(\S+) \(any of/.exec(expected) ?? []
  if (family !== undefined) return plain(came).startsWith(family)
  const bare = expected.includes('charset') ? came : came.replace(/;\s*charset=[^;]+/i, '')
  return plain(bare) === plain(expected)
}

// More members than expected are no fault; HEAD and OPTIONS come by themselves.
function sameSet(expected: string, came: string, exact: boolean): boolean {
  const members = (list: string): readonly string[] => list.split(',').map((one) => one.trim())
  const [wanted, there] = [members(expected), members(came)]
  return wanted.every((one) => there.includes(one)) && (!exact || there.length === wanted.length)
}
