import { RestApplication } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { served } from './served.ts'

const app = (): RestApplication =>
  new RestApplication()
    .get('/plain', ({ request }) => `plain ${request.path} ${request.queryParams}`)
    .get('/café', ({ request }) => `accented ${request.path}`)
    .get('/a:b', () => 'colon')
    .get('/é:b', () => 'accented colon')
    .get('/{word}', ({ word }) => `word ${word}`)

/** What comes back for a target, sent byte for byte in Latin-1. */
async function answersTo(targets: readonly string[]): Promise<readonly unknown[]> {
  const server = await served(app())
  const answers: unknown[] = []
  for (const target of targets) {
    const wire = await server.wire()
    const { status, body } = await wire.ask(`GET ${target} HTTP/1.1`, 'host: a').response()
    answers.push(status === 200 ? JSON.parse(body.toString()) : status)
  }
  return answers
}

describe('a path without parameters', () => {
  it('is found as it is sent, and as it is read', async () => {
    expect(
      await answersTo(['/plain', '/plain/', '/pl%61in', '/plain?a=1', 'http://a/plain', '/a:b', '/a%3Ab']),
    ).toEqual([
      'plain /plain ',
      'plain /plain/ ',
      'plain /plain ',
      'plain /plain a=1',
      'plain /plain ',
      'colon',
      'colon',
    ])
  })

  it('is found escaped alone, where it cannot be sent otherwise', async () => {
    expect(await answersTo(['/caf%C3%A9', '/%C3%A9:b', '/caf\xe9', '/caf\xc3\xa9', '/\xe9:b'])).toEqual([
      'accented /café',
      'accented colon',
      400,
      400,
      400,
    ])
  })

  it('is not found by what only begins like it', async () => {
    expect(await answersTo(['/plain#a', '/plain;a', '/PLAIN'])).toEqual([400, 'word plain;a', 'word PLAIN'])
  })
})
