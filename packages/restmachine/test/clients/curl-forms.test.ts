import { writeFile } from 'node:fs/promises'
import { RestApplication } from 'restmachine'
import { assert, it } from 'vitest'
import { at, curl, describeWithCurl } from './curl.ts'
import { watched } from './watched.ts'

describeWithCurl('curl sends forms', () => {
  it('--data-urlencode becomes formBody', async () => {
    const { url } = await watched(new RestApplication().post('/', ({ formBody }) => formBody))
    const { text } = await curl(
      ...['--data-urlencode', 'name=Zoë & Co', '--data-urlencode', 'tag=a=b', '-d', 'tag=c+d'],
      url,
    )
    assert.deepEqual(JSON.parse(text), { name: 'Zoë & Co', tag: ['a=b', 'c d'] })
  })

  it('-F becomes multipartBody, with names that need care', async () => {
    const { url } = await watched(
      new RestApplication().post('/', async ({ multipartBody: { fields, files } }) => ({
        fields,
        files: await Promise.all(
          files.map(async (sent) => [sent.field, sent.originalFilename, sent.type, await sent.text()]),
        ),
      })),
    )
    await writeFile(at('notes.txt'), 'milk\r\n--bread')
    const source = at('notes.txt')
    const { text } = await curl(
      ...['-F', 'title=Größe', '-F', `a=@${source};type=text/x-notes`],
      ...['-F', `b=@${source};filename="Grüße \\"1\\".txt"`, '-F', `c=<${source}`],
      url,
    )
    assert.deepEqual(JSON.parse(text), {
      fields: { title: 'Größe', c: 'milk\r\n--bread' },
      files: [
        ['a', 'notes.txt', 'text/x-notes', 'milk\r\n--bread'],
        ['b', 'Grüße "1".txt', 'text/plain', 'milk\r\n--bread'],
      ],
    })
  })

  it('--json becomes jsonBody, and the answer is JSON', async () => {
    const { url } = await watched(new RestApplication().post('/', ({ jsonBody }) => ({ got: jsonBody })))
    const { text, head } = await curl('--json', '{"name":"Ada"}', url)
    assert.equal(head.header('content-type'), 'application/json')
    assert.equal(text, '{"got":{"name":"Ada"}}')
  })
})
