import type { RouteFacts, Run } from '../decisions/run.ts'
import { type DigestAlgorithm, digestOf, formatDigest, parseWantedDigests } from '../http/digest.ts'
import { fieldIn } from '../http/exchange.ts'
import type { Outcome } from '../http/outcome.ts'
import type { LastHand } from './finish.ts'

const encoder = new TextEncoder()
const NOTHING = new Uint8Array()

/** Adds the digests that a client wants (RFC 9530 §4); `undefined` where none are declared. */
export function digestHand({ digests }: RouteFacts): LastHand | undefined {
  if (digests.length === 0) return undefined
  return (run, outcome) => {
    const bytes = bytesOf(outcome)
    if (bytes === undefined) return outcome
    // An answer to HEAD has no content: that is what its digest is of (appendix B.2).
    const content = run.exchange.method === 'HEAD' ? NOTHING : bytes
    const wanted = [
      ...wantedBy(run, digests, 'content-digest', outcome, content),
      // Of a part only the content is known here (§3).
      ...(outcome.status === 206 ? [] : wantedBy(run, digests, 'repr-digest', outcome, bytes)),
    ]
    return wanted.length === 0 ? outcome : withDigests(outcome, wanted)
  }
}

type Wanted = readonly [field: string, algorithm: DigestAlgorithm, bytes: Uint8Array]

function wantedBy(
  { exchange }: Run,
  digests: readonly DigestAlgorithm[],
  field: string,
  { headers }: Outcome,
  bytes: Uint8Array,
): readonly Wanted[] {
  const want = exchange.header(`want-${field}`)
  if (want === undefined || fieldIn(headers, field) !== undefined) return []
  const algorithm = parseWantedDigests(want).find((name) => digests.includes(name))
  return algorithm === undefined ? [] : [[field, algorithm, bytes]]
}

async function withDigests(outcome: Outcome, wanted: readonly Wanted[]): Promise<Outcome> {
  const headers = [...outcome.headers]
  for (const [field, algorithm, bytes] of wanted)
    headers.push(field, formatDigest({ [algorithm]: await digestOf(bytes, algorithm) }))
  return { ...outcome, headers }
}

// A stream would have to tell its digest in a trailer, which hardly anybody reads.
function bytesOf({ body }: Outcome): Uint8Array | undefined {
  if (typeof body === 'string') return encoder.encode(body)
  return body instanceof Uint8Array ? body : undefined
}
