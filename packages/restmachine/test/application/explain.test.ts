import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'

const app = new RestApplication()
  .get('/plain', () => 1)
  .resource('/users/{userId}', (user) =>
    user
      .resourceExists('user', ({ userId }) => (userId === '7' ? { version: 3 } : undefined))
      .etag(({ user }) => user.version)
      .get(({ user }) => user)
      .delete(() => undefined),
  )

describe('explainRoute', () => {
  it('names what is left to ask, and the ends', () => {
    const { asked, settled, ends } = app.explainRoute('GET', '/users/{userId}')
    expect(asked).toContain('resourceExists')
    expect(asked).not.toContain('authorized')
    expect(settled.authorized).toBe(true)
    expect(ends).toEqual(expect.arrayContaining([200, 304, 404, 406, 412]))
    expect(ends).not.toContain(401)
  })

  it('says what a mistyped route may have been meant to be', () => {
    expect(() => app.explainRoute('GET', '/plane')).toThrow(
      'Cannot explain GET /plane: there is no such route; did you mean "GET /plain"?',
    )
  })
})

describe('explain', () => {
  it('tells each decision of a request and its end', async () => {
    const told = await app.explain(
      new Request('http://localhost/users/7', { headers: { 'if-none-match': '"3"' } }),
    )
    expect(told.end).toBe(304)
    expect(told.steps.at(-1)).toMatchObject({ decision: 'isRead', answer: true, settled: true })
    expect(String(told)).toContain('ifNoneMatchHolds')
  })

  it('does not run the handler of an unsafe method', async () => {
    const told = await app.explain(new Request('http://localhost/users/7', { method: 'DELETE' }))
    expect(told.end).toBe('handler')
  })
})
