const TEXT = '; charset=utf-8'

/** The value of `Content-Type` for the endings of file names that one meets most. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['7z', 'application/x-7z-compressed'],
  ['aac', 'audio/aac'],
  ['avif', 'image/avif'],
  ['bmp', 'image/bmp'],
  ['css', `text/css${TEXT}`],
  ['csv', `text/csv${TEXT}`],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['epub', 'application/epub+zip'],
  ['flac', 'audio/flac'],
  ['gif', 'image/gif'],
  ['gz', 'application/gzip'],
  ['htm', `text/html${TEXT}`],
  ['html', `text/html${TEXT}`],
  ['ico', 'image/vnd.microsoft.icon'],
  ['ics', `text/calendar${TEXT}`],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['js', `text/javascript${TEXT}`],
  ['json', 'application/json'],
  ['jsonld', 'application/ld+json'],
  ['m4a', 'audio/mp4'],
  ['map', 'application/json'],
  ['md', `text/markdown${TEXT}`],
  ['mjs', `text/javascript${TEXT}`],
  ['mov', 'video/quicktime'],
  ['mp3', 'audio/mpeg'],
  ['mp4', 'video/mp4'],
  ['odt', 'application/vnd.oasis.opendocument.text'],
  ['ogg', 'audio/ogg'],
  ['opus', 'audio/ogg'],
  ['otf', 'font/otf'],
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['rtf', 'application/rtf'],
  ['svg', 'image/svg+xml'],
  ['tar', 'application/x-tar'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
  ['ttf', 'font/ttf'],
  ['txt', `text/plain${TEXT}`],
  ['wasm', 'application/wasm'],
  ['wav', 'audio/wav'],
  ['weba', 'audio/webm'],
  ['webm', 'video/webm'],
  ['webmanifest', 'application/manifest+json'],
  ['webp', 'image/webp'],
  ['woff', 'font/woff'],
  ['woff2', 'font/woff2'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['xml', 'application/xml'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
  ['zip', 'application/zip'],
  ['zst', 'application/zstd'],
])

/**
 * The value of `Content-Type` for a file of this name; `application/octet-stream` when the ending is not
 * known. Text is taken for UTF-8.
 *
 * @example
 * ```ts
 * contentTypeOf('Report.PDF') // 'application/pdf'
 * ```
 */
export function contentTypeOf(name: string): string {
  return TYPES.get(endingOf(name)) ?? 'application/octet-stream'
}

/** Whether the ending of a name tells the type of the file. */
export function hasKnownEnding(name: string): boolean {
  return TYPES.has(endingOf(name))
}

function endingOf(name: string): string {
  const dot = name.lastIndexOf('.')
  // A name that begins with its only dot has no ending: ".json" is a hidden file.
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : ''
}
