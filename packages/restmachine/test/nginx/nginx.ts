import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'
import { eventually } from '../server/served.ts'

const EXAMPLE = join(import.meta.dirname, '../../../../examples/deployment/nginx.conf')
const MISSING = 'there is no nginx on this machine; apt-get install nginx-light'
const isThere = spawnSync('nginx', ['-v']).status === 0

/** Tests that need nginx: skipped, with the mend in their name, where there is none, but never by a build server. */
export function describeWithNginx(name: string, tests: () => void): void {
  if (!isThere && process.env.CI === undefined) describe.skip(`${name} (${MISSING})`, tests)
  else describe(name, tests)
}

/** An nginx for one test. */
export interface Nginx {
  readonly port: number
  /** Where it speaks TLS, when it has a certificate. */
  readonly tlsPort: number
  readonly url: string
}

/**
 * Starts nginx with the configuration of the example.
 *
 * @param upstream Where the application is: `127.0.0.1:8000`, `unix:/path`.
 */
export async function startNginx(upstream: string, { tls = false } = {}): Promise<Nginx> {
  if (!isThere) throw new Error(`Cannot run nginx: ${MISSING}`)
  const folder = mkdtempSync(join(tmpdir(), 'restmachine-nginx-'))
  const [port, tlsPort] = [await freePort(), await freePort()]
  writeFileSync(join(folder, 'app.conf'), siteOf(upstream, folder, { port, tlsPort, tls }))
  writeFileSync(join(folder, 'nginx.conf'), MAIN)
  if (tls) certify(folder)
  const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'pipe' })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  onTestFinished(() => stop(child, folder))
  await eventually(() => child.exitCode !== null || canConnect(port), 'The start of nginx')
  if (child.exitCode !== null) throw new Error(`nginx did not start: ${complaint}`)
  return { port, tlsPort, url: `http://127.0.0.1:${port}` }
}

// What Debian's own file says, as far as it matters here, and folders that need no rights. Started by root, its
// workers would be somebody else, who may not come to a socket in a folder of ours.
const MAIN = `
${process.getuid?.() === 0 ? 'user root root;' : ''}
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 256; }
http {
  sendfile on;
  tcp_nopush on;
  gzip on;
  gzip_min_length 1;
  gzip_types application/json text/plain;
  access_log off;
  client_body_temp_path client_body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  include app.conf;
}
`

interface Places {
  readonly port: number
  readonly tlsPort: number
  readonly tls: boolean
}

/** The example, with the places of this test in place of its own. */
function siteOf(upstream: string, folder: string, { port, tlsPort, tls }: Places): string {
  const site = replaced(readFileSync(EXAMPLE, 'utf8'), [
    ['server 127.0.0.1:8000;', `server ${upstream};`],
    ['listen 80;', `listen 127.0.0.1:${port};`],
  ])
  if (!tls) return site
  return replaced(site, [
    ['# listen 443 ssl', `listen 127.0.0.1:${tlsPort} ssl`],
    ['# ssl_certificate     /etc/ssl/app.pem', `ssl_certificate ${folder}/app.pem`],
    ['# ssl_certificate_key /etc/ssl/app.key', `ssl_certificate_key ${folder}/app.key`],
  ])
}

function replaced(text: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((done, [from, to]) => {
    if (!done.includes(from)) throw new Error(`The example has no ${JSON.stringify(from)} any more`)
    return done.replace(from, to)
  }, text)
}

function certify(folder: string): void {
  const [key, certificate] = [join(folder, 'app.key'), join(folder, 'app.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=localhost', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'pipe',
  })
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const connected = new Set<number>()

/** Whether somebody has answered on a port by now; asks again each time. */
function canConnect(port: number): boolean {
  const socket = connect(port, '127.0.0.1')
  socket.once('connect', () => {
    connected.add(port)
    socket.destroy()
  })
  socket.once('error', () => undefined)
  return connected.has(port)
}
