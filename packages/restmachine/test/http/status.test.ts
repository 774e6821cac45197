import { STATUS_CODES } from 'node:http'
import { describe, expect, it } from 'vitest'
import { titleOf } from '../../src/http/status.ts'

describe('titleOf', () => {
  it('has the names of RFC 9110 where older ones are about', () => {
    expect(titleOf(413)).toBe('Content Too Large')
    expect(titleOf(414)).toBe('URI Too Long')
    expect(titleOf(416)).toBe('Range Not Satisfiable')
    expect(titleOf(422)).toBe('Unprocessable Content')
  })

  it('agrees with Node on all others but the teapot', () => {
    const renamed = new Set(['413', '418', '422', '509'])
    for (const [status, title] of Object.entries(STATUS_CODES)) {
      if (!renamed.has(status)) expect(titleOf(Number(status)), status).toBe(title)
    }
  })

  it.each([
    [199, 'Informational'],
    [299, 'Successful'],
    [399, 'Redirection'],
    [418, 'Client Error'],
    [499, 'Client Error'],
    [599, 'Server Error'],
    [99, 'Error'],
    [600, 'Error'],
    [Number.NaN, 'Error'],
  ])('names the class of the unknown status %s', (status, title) => {
    expect(titleOf(status)).toBe(title)
  })
})
