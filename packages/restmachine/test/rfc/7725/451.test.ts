import { HttpError, RestApplication } from 'restmachine'
import { assert, describe, it } from 'vitest'
import { expectStatus, quiet } from '../../decisions/asking.ts'

describe('RFC 7725 §3, 451 Unavailable For Legal Reasons', () => {
  it('explains who demanded what, in content that a person can read', async () => {
    const app = new RestApplication({ logger: quiet })
      .unavailableForLegalReasons(() => 'Order 12/2024 of the court of Example')
      .get('/', () => ({}))
    const problem = await (await expectStatus(app, 'GET /', 451)).json()
    assert.include(problem, { status: 451, detail: 'Order 12/2024 of the court of Example' })
    const page = await expectStatus(app, 'GET /', 451, { headers: { accept: 'text/html' } })
    assert.include(await page.text(), 'Order 12/2024')
  })

  it('can name who blocks by a link (§4)', async () => {
    const link = '<https://isp.example/>; rel="blocked-by"'
    const app = new RestApplication({ logger: quiet }).get('/', () => {
      throw new HttpError(451, undefined, { headers: { Link: link } })
    })
    assert.equal((await expectStatus(app, 'GET /', 451)).headers.get('link'), link)
  })
})
