import { RestApplication, respond } from 'restmachine'
import { ask, quiet } from '../../decisions/asking.ts'

export const DIGITS = '0123456789'
const MODIFIED = new Date('2024-05-01T10:00:00Z')
export const AT = 'Wed, 01 May 2024 10:00:00 GMT'
const bytes = new TextEncoder().encode(DIGITS)

export const app = new RestApplication({ logger: quiet })
  .get('/bytes', () => bytes)
  .get('/json', () => ({ text: 'grüße' }))
  .get('/empty', () => new Uint8Array())
  .get('/nothing', () => undefined)
  .get('/stream', () => new Blob([DIGITS]).stream())
  .get('/response', () => new Response(DIGITS))
  .get('/said', () => respond(DIGITS, 200, { 'content-type': 'text/plain', 'x-own': 'yes' }))
  .get('/other/{status}', ({ status }) => respond(bytes, Number(status)))
  .post('/bytes', () => bytes)
  .resource('/tagged', (tagged) =>
    tagged
      .etag(async () => 'v1')
      .lastModified(() => MODIFIED)
      .get(() => bytes, { provides: { 'text/plain': () => 'abcdefghij' } }),
  )
  .get('/weak', () => bytes, { etag: () => 'W/"v1"', lastModified: () => new Date() })

export const get = (path: string, range: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(app, `GET ${path}`, { headers: { range, ...headers } })

/** Status, `Content-Range` and content of what comes for a range. */
export async function part(path: string, range: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await get(path, range, headers)
  return [response.status, response.headers.get('content-range'), await response.text()] as const
}

export const whole = [200, null, DIGITS] as const
