/** The methods this server knows whether or not a route takes them (RFC 9110 §9, RFC 5789, RFC 10008). */
export const KNOWN_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'QUERY',
]

/** Whether a method asks for no change (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return (
    method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE' || method === 'QUERY'
  )
}

/** Whether a method reads the selected representation (RFC 9110 §13.1.2); that of QUERY is its result (RFC 10008). */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'QUERY'
}

/** Whether a method gives parts to those who ask for parts, HEAD as GET would (RFC 9110 §14.2). */
export function hasRanges(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}
