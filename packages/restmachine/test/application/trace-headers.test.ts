import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { served } from '../server/served.ts'
import { askJson } from './asking.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

const app = () =>
  new RestApplication().get('/', ({ traceHeaders, traceId }) => ({ ...traceHeaders, traceId }))

interface Told {
  readonly traceparent: string
  readonly tracestate?: string
  readonly traceId: string
}

async function told(headers: Record<string, string>, own = app()): Promise<Told> {
  return (await askJson(own, '/', { headers })) as Told
}

describe('traceHeaders', () => {
  it('take the trace of the request on, with a part of its own', async () => {
    const traceparent = `00-${TRACE}-b7ad6b7169203331-01`
    const first = await told({ traceparent, tracestate: 'congo=t61,rojo=1' })
    expect(first.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`))
    expect(first.tracestate).toBe('congo=t61,rojo=1')
    expect((await told({ traceparent })).traceparent).not.toBe(first.traceparent)
  })

  it.each(['nonsense', 'congo=t61,,=,', `a=${'1'.repeat(600)}`])(
    'leave out a state that cannot be read: %s',
    async (tracestate) => {
      const traceparent = `00-${TRACE}-b7ad6b7169203331-01`
      const { traceId, tracestate: passed } = await told({ traceparent, tracestate })
      expect([traceId, passed]).toEqual([TRACE, undefined])
    },
  )

  it('keep the flag that says nobody records', async () => {
    expect((await told({ traceparent: `00-${TRACE}-b7ad6b7169203331-00` })).traceparent).toMatch(/-00$/)
  })

  it.each(['', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
    'begin a trace where none came (%j), without its state',
    async (traceparent) => {
      const { traceparent: begun, tracestate, traceId } = await told({ traceparent, tracestate: 'congo=t61' })
      expect(begun).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
      expect(tracestate).toBeUndefined()
    },
  )

  it('take the id that an application makes, when it can stand there', async () => {
    const other = 'a'.repeat(32)
    for (const make of [() => other, async () => other]) {
      expect((await told({}, app().traceId(make))).traceparent).toMatch(new RegExp(`^00-${other}-`))
    }
    const odd = await told(
      { traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
      app().traceId(() => 'odd\r\nx: y'),
    )
    expect(odd.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))
  })

  it('go from one server to the next', async () => {
    const { url: inner } = await served(app())
    const outer = new RestApplication().get('/', async ({ traceHeaders }) =>
      (await fetch(inner, { headers: traceHeaders })).json(),
    )
    const { url } = await served(outer)
    const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, tracestate: 'congo=t61' }
    const answer = (await (await fetch(url, { headers })).json()) as Told
    expect([answer.traceId, answer.tracestate]).toEqual([TRACE, 'congo=t61'])
  })
})
