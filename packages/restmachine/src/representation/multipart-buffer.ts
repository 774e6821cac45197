/**
 * Bytes collected from many pieces.
 *
 * It copies: a list of the pieces would keep each alive with all that it was cut from, and a client that
 * sends byte by byte would make us hold a hundred times what it sent.
 */
export class ByteBuffer {
  #bytes = new Uint8Array(256)
  #size = 0

  /** How many bytes are held. */
  get size(): number {
    return this.#size
  }

  append(piece: Uint8Array): void {
    const size = this.#size + piece.length
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(size, this.#bytes.length * 2))
      larger.set(this.view())
      this.#bytes = larger
    }
    this.#bytes.set(piece, this.#size)
    this.#size = size
  }

  /** The bytes held, until the next `append`. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size)
  }

  clear(): void {
    this.#size = 0
  }
}
