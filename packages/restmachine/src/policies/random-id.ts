/** How many are made at once: to ask for random bytes costs as much as ten ids. */
const AT_ONCE = 128
const BYTES = 16
const DIGITS = new TextEncoder().encode('0123456789abcdef')
const DASH = 0x2d
const decoder = new TextDecoder()

/**
 * Makes ids of 122 random bits, version 4 of RFC 9562 §5.4. Many are drawn and written at once, which costs half
 * of `crypto.randomUUID()`, and a sixth of that without its dashes. The first are drawn when one is asked for:
 * Workers have no random bytes before there is a request.
 *
 * @param dashes Whether they are written with the dashes of a UUID; 32 digits otherwise.
 */
export function idDrawer(dashes: boolean): () => string {
  const length = dashes ? 36 : 32
  let bytes: Uint8Array<ArrayBuffer> | undefined
  let text: Uint8Array | undefined
  let drawn = ''
  let next = 0

  function draw(): void {
    bytes ??= new Uint8Array(BYTES * AT_ONCE)
    text ??= new Uint8Array(length * AT_ONCE)
    writeIds(crypto.getRandomValues(bytes), text, dashes)
    drawn = decoder.decode(text)
    next = 0
  }

  return () => {
    if (next === drawn.length) draw()
    next += length
    return drawn.slice(next - length, next)
  }
}

function writeIds(bytes: Uint8Array, text: Uint8Array, dashes: boolean): void {
  let at = 0
  for (let start = 0; start < bytes.length; start += BYTES) {
    markVersion(bytes, start)
    for (let place = 0; place < BYTES; place++) {
      if (dashes && (place === 4 || place === 6 || place === 8 || place === 10)) text[at++] = DASH
      const byte = bytes[start + place] as number
      text[at++] = DIGITS[byte >> 4] as number
      text[at++] = DIGITS[byte & 15] as number
    }
  }
}

/** The version and the variant stand in two of the bytes (RFC 9562 §4.1, §4.2). */
function markVersion(bytes: Uint8Array, start: number): void {
  bytes[start + 6] = ((bytes[start + 6] as number) & 0x0f) | 0x40
  bytes[start + 8] = ((bytes[start + 8] as number) & 0x3f) | 0x80
}
