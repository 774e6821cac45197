import { assert, describe, it } from 'vitest'
import { Answer, respond } from '../../src/representation/answer.ts'

describe('respond', () => {
  it('keeps what it is given', () => {
    const answer = respond({ id: 7 }, 201, { location: '/7' })
    assert.instanceOf(answer, Answer)
    assert.deepEqual(answer.body, { id: 7 })
    assert.equal(answer.status, 201)
    assert.deepEqual(answer.headers, { location: '/7' })
  })

  it('leaves open what it is not given', () => {
    const { status, headers } = respond('a')
    assert.isUndefined(status)
    assert.isUndefined(headers)
  })

  it.for([200, 299, 404, 599])('takes the status %i', (status) => {
    assert.equal(respond('a', status).status, status)
  })

  it.for([0, 100, 199, 600, 200.5, Number.NaN, -1])('refuses %s, which is no final status', (status) => {
    assert.throws(() => respond('a', status), RangeError, `got ${status}`)
  })
})
