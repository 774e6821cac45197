import { describe, expect, it } from 'vitest'
import { createCors } from '../../src/policies/cors.ts'
import { type CorsOptions, settle } from '../../src/policies/cors-options.ts'

const APP = 'https://app.example.com'

describe('the options of CORS', () => {
  it('have defaults for all but the origins', () => {
    expect(settle({ origins: APP, credentials: undefined, maxAge: undefined })).toEqual({
      origins: APP,
      methods: undefined,
      allowHeaders: expect.arrayContaining(['Authorization', 'Content-Type', 'If-Match']),
      exposeHeaders: expect.arrayContaining(['ETag', 'Location', 'X-Request-ID']),
      credentials: false,
      maxAge: 86_400,
      allowPrivateNetwork: false,
    })
  })

  it.each<[string, object, string]>([
    ['no origins', {}, 'there are no origins'],
    ['an empty list', { origins: [] }, 'there are no origins'],
    ['undefined origins', { origins: undefined }, 'there are no origins'],
    ['* with credentials', { origins: '*', credentials: true }, "origins '*' with credentials"],
    ['* in a list', { origins: ['*'], credentials: true }, 'it stands alone'],
    ['an unknown option', { origins: APP, allow_headers: [] }, 'there is no option "allow_headers"'],
    ['a method in lower case', { origins: APP, methods: ['patch'] }, 'did you mean "PATCH"?'],
    ['* as method', { origins: APP, methods: ['*'] }, 'leave methods out'],
    ['methods as text', { origins: APP, methods: 'GET' }, 'methods needs a list'],
    ['a method that is no token', { origins: APP, methods: ['GET, PUT'] }, 'which is no token'],
    ['* as field', { origins: APP, allowHeaders: ['*'] }, "write allowHeaders: 'requested'"],
    ['a field that is no token', { origins: APP, allowHeaders: ['a\r\nb'] }, 'which is no token'],
    ['fields as text', { origins: APP, allowHeaders: 'x-token' }, 'allowHeaders needs a list'],
    [
      '* to read with credentials',
      { origins: APP, credentials: true, exposeHeaders: ['*'] },
      'with credentials each name is needed',
    ],
  ])('refuse %s', (_, options, text) => {
    expect(() => createCors(options as CorsOptions)).toThrow(TypeError)
    expect(() => createCors(options as CorsOptions)).toThrow(text)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 'soon', '5', '5ms', '-1s', '0.3s', ''])(
    'refuse the maxAge %j',
    (maxAge) => {
      const options = { origins: APP, maxAge } as CorsOptions
      expect(() => createCors(options)).toThrow(RangeError)
      expect(() => createCors(options)).toThrow('Cannot read maxAge: whole seconds from 0 on or a span')
    },
  )
})
