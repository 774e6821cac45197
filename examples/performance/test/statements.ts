import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** The statements that a database was sent, and the address where it is watched. */
export interface Watched {
  readonly url: string
  /** In the order of sending, blanks made one. */
  readonly statements: string[]
}

/**
 * Stands between a client and a PostgreSQL server and reads what the client sends: whatever the client's own
 * library says it does, this is what the server got. Until the test is over.
 *
 * @param url Where the server is, without TLS.
 */
export async function watch(url: string): Promise<Watched> {
  const statements: string[] = []
  const there = new URL(url)
  const server = createServer((client) => {
    const database = connect(Number(there.port || 5432), there.hostname)
    client.on('data', reader(statements))
    client.pipe(database).pipe(client)
    client.on('error', () => database.destroy())
    database.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const here = new URL(url)
  here.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: here.href, statements }
}

/**
 * Reads the messages of a client (PostgreSQL, "Message Formats"): a letter, the length without the letter, the
 * content. Only the first message has no letter.
 */
function reader(statements: string[]): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let begin = 0
  return (piece) => {
    rest = Buffer.concat([rest, piece])
    while (rest.length >= begin + 4) {
      const end = begin + rest.readInt32BE(begin)
      if (rest.length < end) return
      const text = statementOf(rest.subarray(0, end), begin)
      if (text !== undefined) statements.push(text.replaceAll(/\s+/g, ' ').trim())
      rest = rest.subarray(end)
      begin = 1
    }
  }
}

function statementOf(message: Buffer, begin: number): string | undefined {
  if (begin === 0) return undefined
  const [kind, content] = [String.fromCharCode(message[0] ?? 0), message.toString('utf8', 5)]
  // A query, or a statement to be prepared: its name, its text.
  if (kind === 'Q') return content.split('\0')[0]
  return kind === 'P' ? content.split('\0')[1] : undefined
}
