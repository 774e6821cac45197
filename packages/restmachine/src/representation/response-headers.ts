import { checkField } from '../http/field.ts'
import { formatLocation, isLocation } from '../http/location.ts'
import { type CookieAttributes, formatSetCookie } from '../http/set-cookie.ts'

/**
 * The header fields that a handler, a provider or a tear-down adds to the response, whatever its
 * status. Names are case-insensitive; `append` keeps several lines of one name apart.
 *
 * @see RFC 9110 §6.3
 */
export class ResponseHeaders {
  #lines: string[] = []

  /** The first value of a field, or `null`. */
  get(name: string): string | null {
    const index = this.#indexOf(name)
    return index < 0 ? null : (this.#lines[index + 1] as string)
  }

  has(name: string): boolean {
    return this.#indexOf(name) >= 0
  }

  /** Sets the only line of a field. @throws {TypeError} When name or value cannot stand in a header. */
  set(name: string, value: string | number): void {
    const line = lineOf(name, value)
    this.delete(name)
    this.#lines.push(...line)
  }

  /** Adds one more line of a field. @throws {TypeError} When name or value cannot stand in a header. */
  append(name: string, value: string | number): void {
    this.#lines.push(...lineOf(name, value))
  }

  /**
   * Sets a cookie: one more `Set-Cookie` line, whatever others there are.
   *
   * @param name A token; with the prefix `__Host-` or `__Secure-` the rules of the prefix are checked.
   * @param value Any text; it is encoded.
   * @param attributes Where, how long and how it is sent back; nothing is assumed.
   * @throws {TypeError} When name, value or an attribute cannot stand in a cookie.
   *
   * @see RFC 6265 §4.1
   */
  setCookie(name: string, value: string, attributes: CookieAttributes = {}): void {
    this.#lines.push('set-cookie', formatSetCookie(name, value, attributes))
  }

  /** Has the client forget a cookie; `path` and `domain` must be those it was set with. */
  deleteCookie(name: string, attributes: CookieAttributes = {}): void {
    this.setCookie(name, '', { ...attributes, maxAge: 0 })
  }

  delete(name: string): void {
    const kept: string[] = []
    const key = name.toLowerCase()
    for (let index = 0; index < this.#lines.length; index += 2) {
      if (this.#lines[index] !== key)
        kept.push(this.#lines[index] as string, this.#lines[index + 1] as string)
    }
    this.#lines = kept
  }

  /** Flat: name, value, name, value … */
  get lines(): readonly string[] {
    return this.#lines
  }

  #indexOf(name: string): number {
    const key = name.toLowerCase()
    for (let index = 0; index < this.#lines.length; index += 2) if (this.#lines[index] === key) return index
    return -1
  }
}

function lineOf(name: string, given: string | number): [name: string, value: string] {
  const value = isLocation(name) ? formatLocation(String(given)) : String(given)
  checkField(name, value)
  return [name.toLowerCase(), value]
}
