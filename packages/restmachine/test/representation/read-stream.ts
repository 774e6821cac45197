/** All of a stream, as text. */
export function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text()
}

/** What a stream fails with; `none` when it does not. */
export async function failureOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return textOf(stream).then(
    () => 'none',
    (error: Error) => error.message,
  )
}

/** What was begun has come to its end by then. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))
