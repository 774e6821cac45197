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
  return found
}

/** The same for the content: that of a success, and only where the facts say what it is. */
export async function contentDifference({ body }: Expected, response: Response): Promise<readonly string[]> {
  if (typeof body !== 'string' || response.status >= 300) return []
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

// Text is written as UTF-8 and says so; spaces and the case of names mean nothing (RFC 9110 §8.3.1).
function isSameType(expected: string, came: string | null): boolean {
  const plain = (type: string): string => type.toLowerCase().replace(/\s+/g, '')
  if (came === null) return false
  // "text/html (any of the text/html offers)"
  const [, family] = /^(\S+) \(any of/.exec(expected) ?? []
  if (family !== undefined) return plain(came).startsWith(family)
  return plain(came) === plain(expected) || plain(came) === `${plain(expected)};charset=utf-8`
}

// More members than expected are no fault; HEAD and OPTIONS come by themselves.
function sameSet(expected: string, came: string, exact: boolean): boolean {
  const members = (list: string): readonly string[] => list.split(',').map((one) => one.trim())
  const [wanted, there] = [members(expected), members(came)]
  return wanted.every((one) => there.includes(one)) && (!exact || there.length === wanted.length)
}
