import { request as send } from 'node:http'
import type { Server } from './servers.ts'
import type { Control, Shot, Workload } from './workloads.ts'

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * Compares what all servers answer before anything is measured: status, media type and body bytes, then
 * the control requests, which show that the work is done.
 *
 * @throws {Error} At the first difference: a contender that answers something else does other work.
 */
export async function compareAnswers(workload: Workload, servers: readonly Server[]): Promise<void> {
  const { shot, status, headers, same = true } = workload
  await compareOne(workload.name, { shot, statuses: [status], headers, same }, servers)
  for (const [index, control] of [workload.control, ...(workload.furtherControls ?? [])].entries()) {
    await compareOne(`${workload.name}, control request ${index + 1}`, control, servers)
  }
}

async function compareOne(what: string, control: Control, servers: readonly Server[]): Promise<void> {
  let first: { name: string; answer: Answer } | undefined
  for (const server of servers) {
    const answer = await ask(server.url, control.shot)
    const who = `${server.name} in ${what}`
    expectStatus(who, answer.status, control.statuses)
    for (const header of control.headers ?? []) {
      if (!answer.headers[header]) throw new Error(`answers differ: ${who} has no ${header} header`)
    }
    if (control.same !== true) continue
    first ??= { name: server.name, answer }
    for (const part of ['type', 'body'] as const) {
      if (answer[part] === first.answer[part]) continue
      const lines = [
        `${first.name}: ${shorten(first.answer[part])}`,
        `${server.name}: ${shorten(answer[part])}`,
      ]
      throw new Error(`answers differ: ${part} in ${what}\n  ${lines.join('\n  ')}`)
    }
  }
}

function expectStatus(who: string, status: number, wanted: readonly number[]): void {
  if (wanted.includes(status)) return
  throw new Error(`answers differ: ${who} answers ${status}, wanted is ${wanted.join(' or ')}`)
}

// `fetch` would add Accept-Encoding and hide a 304; this sends what the load generators send.
function ask(url: string, { method, path, headers, body }: Shot): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(url + path, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: mediaType(response.headers['content-type']),
          // One byte, one character: a body that is not UTF-8 cannot pass for one that is.
          body: Buffer.concat(chunks).toString('latin1'),
          headers: response.headers,
        }),
      )
    })
    outgoing.on('error', reject)
    // With a length, as the load generators send it; node:http would choose chunks.
    if (body !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(body))
    outgoing.end(body)
  })
}

// JSON has no charset parameter (RFC 8259 §11); fastify adds one all the same.
function mediaType(value: string | undefined): string {
  return (value ?? '').toLowerCase().replace(/;\s*charset=utf-8$/, '')
}

function shorten(text: string): string {
  const quoted = JSON.stringify(text)
  return quoted.length <= 300 ? quoted : `${quoted.slice(0, 300)}… (${text.length} bytes)`
}
