import { describe, expect, it } from 'vitest'
import { fetchSubject, http2Subject, nodeSubject } from './adapters.ts'
import { contract } from './contract.ts'
import type { Case } from './contract-case.ts'

const LENGTH = /^content-length: /

describe.each([
  ['fetch', fetchSubject],
  ['node', nodeSubject],
  ['http2', http2Subject],
] as const)('the adapter for %s', (_, makeSubject) => {
  const subject = makeSubject()

  async function keeps({ given, status, headers, body }: Case): Promise<void> {
    const observed = await subject.ask(given)
    const shown = body === undefined ? withoutLength(observed.headers) : observed.headers
    expect({ status: observed.status, headers: shown }).toEqual({ status, headers })
    if (body !== undefined) expect(observed.body).toEqual(Buffer.from(body as string))
    else if (given.method === 'HEAD') expect(observed.body).toHaveLength(0)
    else expect(observed.headers).toContain(`content-length: ${observed.body.length}`)
  }

  for (const [part, cases] of Object.entries(contract)) {
    describe(part, () => {
      for (const one of cases) {
        const reason = one.skip[subject.name]
        if (reason === undefined) it(one.name, () => keeps(one))
        else it.skip(`${one.name} (not here: ${reason})`)
      }
    })
  }
})

describe('fetch, node and http2 say the same, to the byte', () => {
  const [fetch, node, http2] = [fetchSubject(), nodeSubject(), http2Subject()]
  const shared = Object.values(contract)
    .flat()
    .filter(({ skip }) => Object.keys(skip).length === 0)

  it.each(shared)('$name', async ({ given }) => {
    const said = await fetch.ask(given)
    expect(await node.ask(given)).toEqual(said)
    expect(await http2.ask(given)).toEqual(said)
  })
})

function withoutLength(headers: readonly string[]): readonly string[] {
  return headers.filter((line) => !LENGTH.test(line))
}
