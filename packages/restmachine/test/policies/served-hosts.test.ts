import { assert, describe, it } from 'vitest'
import { servedHosts } from '../../src/policies/served-hosts.ts'

describe('servedHosts', () => {
  it.for([
    ['api.example.com', true],
    ['API.Example.COM', true],
    ['api.example.com:443', true],
    ['api.example.com:', true],
    ['localhost:8000', true],
    ['localhost', false],
    ['localhost:8001', false],
    ['a.example.org', true],
    ['a.b.example.org:8080', true],
    ['example.org', false],
    ['evilexample.org', false],
    ['example.org.evil.test', false],
    ['.example.org', true],
    ['a.example.net:81', true],
    ['a.example.net', false],
    ['a.example.net:82', false],
    ['[::1]:8000', true],
    ['[::1]', true],
    ['127.0.0.1', false],
    ['api.example.com@evil.test', false],
    ['api.example.com, evil.test', false],
    ['api.example.com/evil', false],
    ['api.example.com:99999', false],
  ] as const)('%s: %s', ([host, isServed]) => {
    const serves = servedHosts([
      'api.example.com',
      'localhost:8000',
      '*.example.org',
      '*.example.net:81',
      '[::1]',
    ])
    assert.equal(serves(host), isServed)
  })

  it('answers the same whoever asked before', () => {
    const serves = servedHosts(['a.test', 'b.test'])
    for (const host of ['a.test', 'b.test', 'c.test', 'a.test', 'c.test', 'b.test'])
      assert.equal(serves(host), host !== 'c.test', host)
  })

  it('serves who names no host, which HTTP/1.0 need not, before others and after', () => {
    const serves = servedHosts(['a.test'])
    assert.isTrue(serves(''))
    assert.isTrue(serves('a.test'))
    assert.isTrue(serves(''))
  })

  it('serves nobody when the list is empty', () => {
    assert.isFalse(servedHosts([])('localhost'))
  })

  it.for(['', 'https://example.com', 'example.com/', 'a b', '*', '*.', 'a.*.test', '*.*.test', 'x:70000'])(
    'refuses %j',
    (host) => {
      assert.throws(
        () => servedHosts([host]),
        TypeError,
        `"api.example.com", "localhost:8000" or "*.example.com" is needed, got ${JSON.stringify(host)}`,
      )
    },
  )
})
