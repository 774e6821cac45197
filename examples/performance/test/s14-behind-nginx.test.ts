import { describe, expect, it } from 'vitest'
import { describeWithNginx, startNginx } from '../../../packages/restmachine/test/nginx/nginx.ts'
import { app, options } from '../s14-behind-nginx.ts'
import { served } from './served.ts'

const INVENTED = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' }

describeWithNginx('S14: behind nginx', () => {
  it('believes nginx, which takes away what the client has made up', async () => {
    const { port } = await served(app, options)
    const nginx = await startNginx(`127.0.0.1:${port}`)
    const seen = await (await fetch(`${nginx.url}/api/client`, { headers: INVENTED })).json()
    expect(seen).toEqual({ remoteAddress: '127.0.0.1', protocol: 'http', host: `127.0.0.1:${nginx.port}` })
  })
})

describe('S14: without a proxy in front', () => {
  it('believes a proxy on this machine, and nobody when nobody is trusted', async () => {
    const told = async (url: string) => (await fetch(`${url}/api/client`, { headers: INVENTED })).json()
    expect(await told((await served(app, options)).url)).toMatchObject({
      remoteAddress: '192.0.2.7',
      protocol: 'https',
    })
    expect(await told((await served(app)).url)).toMatchObject({
      remoteAddress: '127.0.0.1',
      protocol: 'http',
    })
  })
})
