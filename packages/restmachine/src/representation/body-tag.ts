import { digestOf } from '../http/digest.ts'
import { nodeModule } from './node-module.ts'

/** Characters of a tag: 132 bits, so that two bodies never share one. */
const LENGTH = 22

const encoder = new TextEncoder()

/** What names the bytes of a body, for its entity tag; at once, where the platform can. */
export function tagOfBody(body: string | Uint8Array): string | Promise<string> {
  const hash = nodeModule('node:crypto')?.hash
  if (hash !== undefined) return hash('sha256', body, 'base64url').slice(0, LENGTH)
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  return digestOf(bytes, 'sha-256').then((digest) =>
    btoa(String.fromCharCode(...digest))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .slice(0, LENGTH),
  )
}
