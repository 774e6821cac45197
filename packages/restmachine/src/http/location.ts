// What is in no part of a URI (RFC 3986 §2). Clients read `\` as `/`, and so `/\host` as another host.
const NOT_IN_URI = /[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+/g

/**
 * An address as the value of `Location` or `Content-Location`: what no URI can hold is percent-encoded,
 * what is encoded already stays as it is.
 *
 * ```abnf
 * Location         = URI-reference
 * Content-Location = absolute-URI / partial-URI
 * ```
 *
 * @param address A path, or a whole URI; any text.
 *
 * @example
 * ```ts
 * formatLocation('/grün/a%20b c') // '/gr%C3%BCn/a%20b%20c'
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2
 */
export function formatLocation(address: string): string {
  // Half a character has no encoding: it becomes U+FFFD, as in every URL.
  return address.replace(NOT_IN_URI, (text) => encodeURIComponent(text.toWellFormed()))
}

/** Whether the value of a field is an address; `name` in any case. */
export function isLocation(name: string): boolean {
  // The length tells nearly all names from these.
  if (name.length !== 8 && name.length !== 16) return false
  return /^(?:content-)?location$/i.test(name)
}
