import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatComment,
  formatEvent,
  parseLastEventId,
  type ServerSentEvent,
} from '../../src/http/event-stream.ts'
import { anyText } from './hostile.ts'

interface Dispatched {
  readonly type: string
  readonly data: string
  readonly id: string
}

/** What a browser makes of a stream, step by step as in HTML §9.2.6. */
function receive(stream: string): { events: Dispatched[]; retry: number | undefined } {
  const events: Dispatched[] = []
  let [data, type, id, retry]: [string, string, string, number | undefined] = ['', '', '', undefined]
  for (const line of stream.split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (line === '') {
      if (data !== '') events.push({ type: type || 'message', data: data.slice(0, -1), id })
      ;[data, type] = ['', '']
    } else if (colon === 0) continue
    else if (field === 'event') type = value
    else if (field === 'data') data += `${value}\n`
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) retry = Number(value)
  }
  return { events, retry }
}

const name = anyText.filter((text) => !/[\r\n]/.test(text))
const id = anyText.filter((text) => !/[\r\n\0]/.test(text))
const event: fc.Arbitrary<ServerSentEvent> = fc.record(
  { data: anyText, event: name, id, retry: fc.maxSafeNat() },
  { requiredKeys: ['data'] },
)

describe('HTML §9.2, event streams', () => {
  it('arrive as they were written, comments between them or not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, anyText), { maxLength: 5 }), (pairs) => {
        const stream = pairs.map(([one, comment]) => formatComment(comment) + formatEvent(one)).join('')
        let last = ''
        const expected = pairs.map(([one]) => ({
          type: one.event || 'message',
          data: one.data.replace(/\r\n|\r/g, '\n'),
          id: (last = one.id ?? last),
        }))
        expect(receive(stream).events).toEqual(expected)
        const retries = pairs.flatMap(([one]) => one.retry ?? [])
        expect(receive(stream).retry).toBe(retries.at(-1))
      }),
    )
  })

  it('have the lines of the examples of §9.2.6', () => {
    expect(formatEvent({ data: 'YHOO\n+2\n10' })).toBe('data: YHOO\ndata: +2\ndata: 10\n\n')
    expect(formatEvent({ data: 'first event', id: '1' })).toBe('id: 1\ndata: first event\n\n')
    expect(receive(formatEvent({ data: ' third event' })).events[0]?.data).toBe(' third event')
    expect(receive(formatEvent({ data: '' })).events).toEqual([{ type: 'message', data: '', id: '' }])
  })

  it.each(['\n', '\r', '\r\n', '\r\r', '\n\n'])(
    'cannot be injected by the line break %j in data',
    (lineBreak) => {
      const data = `a${lineBreak}event: evil${lineBreak}data: b`
      const { events } = receive(formatEvent({ data }))
      expect(events.map((one) => one.type)).toEqual(['message'])
      const comment = formatComment(`a${lineBreak}data: evil${lineBreak}${lineBreak}`)
      expect(receive(comment).events).toEqual([])
    },
  )

  it.each(['\n', '\r', '\r\n'])('take no %j in a name or an id', (lineBreak) => {
    expect(() => formatEvent({ data: '', event: `a${lineBreak}data: b` })).toThrow(TypeError)
    expect(() => formatEvent({ data: '', id: `a${lineBreak}data: b` })).toThrow(TypeError)
  })

  it('take no NUL in an id', () => {
    expect(() => formatEvent({ data: '', id: 'a\0' })).toThrow(
      'Cannot format an event: an id cannot have a line break or NUL: "a\\u0000"',
    )
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21])('do not wait for %d', (retry) => {
    expect(() => formatEvent({ data: '', retry })).toThrow(RangeError)
  })
})

describe('HTML §9.2.4, Last-Event-ID', () => {
  it('is what a browser sends of any id', () => {
    const wellFormed = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r\n\0]/.test(text))
    fc.assert(
      fc.property(wellFormed, (one) => {
        const sent = String.fromCharCode(...new TextEncoder().encode(one))
        expect(parseLastEventId(sent)).toBe(one)
      }),
    )
  })

  it.each(['', '\u00e9', 'a\n', 'a\r', 'a\0', '€', '\u00ff\u00fe'])('is not %j', (value) => {
    expect(parseLastEventId(value)).toBeUndefined()
  })
})
