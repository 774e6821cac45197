import { appendFileSync } from 'node:fs'

// biome-ignore lint/style/noDefaultExport: it is what a thread calls when nobody says
export default function mark(file, word) {
  appendFileSync(file, `${word}\n`)
}
