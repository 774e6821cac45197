import { assert, describe, it } from 'vitest'
import { chooseForm, type Problem } from '../../src/representation/problem.ts'

const problem: Problem = {
  type: 'about:blank',
  title: 'Unprocessable Content',
  status: 422,
  detail: 'Not <b>so</b>',
  instance: '/notes',
  requestId: 'id & co',
  errors: [
    { pointer: '/a', message: 'Too "short"', in: 'body' },
    { pointer: '', message: 'Nothing there' },
  ],
  extra: { kept: true },
}

const typeFor = (accept: string | undefined) => chooseForm(accept).contentType
const write = (written: Problem, accept: string | undefined) => chooseForm(accept).write(written)

describe('RFC 9457, problem details', () => {
  it('are JSON with all their members when nobody asks for anything else', () => {
    const body = write(problem, undefined)
    assert.equal(typeFor(undefined), 'application/problem+json')
    assert.deepEqual(JSON.parse(body), problem)
  })

  it.for([
    [undefined, 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['application/json', 'application/problem+json'],
    ['application/problem+json', 'application/problem+json'],
    ['text/html', 'text/html; charset=utf-8'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['text/plain', 'text/plain; charset=utf-8'],
    ['text/*', 'text/html; charset=utf-8'],
    ['text/html;q=0.1, application/json;q=0.2', 'application/problem+json'],
    ['text/html;q=0, text/*', 'text/plain; charset=utf-8'],
    ['image/png', 'application/problem+json'],
    ['nonsense', 'application/problem+json'],
  ] as const)('for Accept: %s are %s', ([accept, type]) => {
    assert.equal(typeFor(accept), type)
  })

  it('are HTML with everything escaped', () => {
    const body = write(problem, 'text/html')
    assert.include(body, '<title>422 Unprocessable Content</title>')
    assert.include(body, '<p>Not &lt;b&gt;so&lt;/b&gt;</p>')
    assert.include(body, '<li><code>/a</code> Too &quot;short&quot;</li>')
    assert.include(body, 'Request id &amp; co')
  })

  it('are text, a line for each thing', () => {
    assert.equal(
      write(problem, 'text/plain'),
      '422 Unprocessable Content\nNot <b>so</b>\n- /a: Too "short"\n- Nothing there\nRequest id & co\n',
    )
  })

  it('leave out what is not there', () => {
    const bare: Problem = { type: 'about:blank', title: 'Not Found', status: 404 }
    assert.equal(write(bare, 'text/plain'), '404 Not Found\n')
    assert.notMatch(write(bare, 'text/html'), /<p>|<ul>|undefined/)
  })
})
