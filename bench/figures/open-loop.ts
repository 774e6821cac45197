// Sends one request again and again at a fixed rate, whatever comes back when, and tells the latencies. A request that finds no
// free connection waits, and its wait counts: otherwise a server that stalls would be measured less while it does.
import { connect, type Socket } from 'node:net'

interface Task {
  readonly url: string
  readonly head: string
  readonly body: string
  /** Requests a second. */
  readonly rate: number
  readonly seconds: number
  readonly connections: number
  /** Whether this process has a core of its own, so that it may look at the clock all the time. */
  readonly spins: boolean
}

const task = JSON.parse(process.argv[2] ?? '{}') as Task
const { hostname, port } = new URL(task.url)
const message = `${task.head}\r\n${task.body}`
const total = Math.round(task.rate * task.seconds)
const free: Socket[] = []
/** When requests that wait for a connection were to be sent. */
const waiting: number[] = []
const latencies: number[] = []
let due = 0
/** When the request that a connection waits for was to be sent. */
const sentAt = new WeakMap<Socket, number>()

for (let index = 0; index < task.connections; index++) free.push(await open())
const start = performance.now()
if (task.spins) spin()
else setInterval(sendDue, 1)

function spin(): void {
  sendDue()
  setImmediate(spin)
}

function sendDue(): void {
  const now = performance.now()
  while (due < total && start + (due / task.rate) * 1000 <= now) {
    waiting.push(start + (due / task.rate) * 1000)
    due++
  }
  while (waiting.length > 0 && free.length > 0) send(free.pop() as Socket, waiting.shift() as number)
  // What has not come two seconds after the last request is not waited for.
  if (latencies.length === total || now > start + task.seconds * 1000 + 2000) tell()
}

function send(socket: Socket, at: number): void {
  sentAt.set(socket, at)
  socket.write(message)
}

async function open(): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    if (!isWhole(text)) return
    text = ''
    latencies.push(performance.now() - (sentAt.get(socket) ?? 0))
    free.push(socket)
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closes connections')))
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

/** Whether a whole response is there (RFC 9112 §6.3). */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = text.slice(0, end).toLowerCase()
  if (head.startsWith('http/1.1 304') || head.startsWith('http/1.1 204')) return true
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= end + 4 + Number(length)
}

function fail(error: Error): never {
  console.error(`Error: ${error.message}`)
  process.exit(1)
}

function tell(): never {
  latencies.sort((left, right) => left - right)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
  const answered = latencies.length
  process.stdout.write(`${JSON.stringify({ p50: at(0.5), p99: at(0.99), answered, wanted: total })}\n`)
  process.exit()
}
