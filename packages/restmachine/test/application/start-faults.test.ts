import { DeclarationError, RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { createLog, startFault } from './asking.ts'

describe('the error at the start', () => {
  it('tells the place of each fault, to the column', async () => {
    const line = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[1] ?? '')?.[1])
    const app = new RestApplication({ logger: createLog() })
      .get('/', () => 'hello')
      // @ts-expect-error nothing provides "nowhere"
      .get('/here', ({ nowhere }) => nowhere)
    const error = await app.startup().catch((error: unknown) => error)
    expect(error).toBeInstanceOf(DeclarationError)
    const [fault, ...others] = (error as DeclarationError).faults
    expect(others).toEqual([])
    expect(fault).toMatchObject({
      message: 'GET /here: nothing provides "nowhere"',
      place: { file: import.meta.filename, line: line + 4, column: 8 },
    })
  })

  it('meets whoever asks, as often as they ask', async () => {
    // @ts-expect-error nothing provides "nowhere"
    const app = new RestApplication().get('/', ({ nowhere }) => nowhere)
    await expect(app.startup()).rejects.toThrow(DeclarationError)
    await expect(app.fetch(new Request('http://localhost/'))).rejects.toThrow(DeclarationError)
    expect(() => app.routes).toThrow(DeclarationError)
  })
})

describe('several faults', () => {
  it('are told together', async () => {
    const app = new RestApplication()
      // @ts-expect-error nothing provides "clok"
      .get('/time', ({ clok }) => clok)
      .get('/time', () => 1)
      .get('/*rest/more', () => 2)
      .get('/limits', () => 3, { bodyLimit: -1 })
    const message = await startFault(app)
    expect(message.split('\n')[0]).toBe('Cannot start the application: 4 faults')
    expect(message.match(/^\d\. /gm)).toEqual(['1. ', '2. ', '3. ', '4. '])
  })
})
