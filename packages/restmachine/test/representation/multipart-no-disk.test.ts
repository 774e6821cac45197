import { expect, it, vi } from 'vitest'
import { parseMediaType } from '../../src/http/media-type.ts'
import { parseMultipart } from '../../src/representation/multipart.ts'

vi.mock('node:fs/promises', () => {
  throw new Error('No such module "node:fs/promises"')
})

it('keeps large files in memory on a runtime without a file system', async () => {
  const form = new FormData()
  form.append('a', new File(['x'.repeat(200_000)], 'a.txt'))
  form.append('b', new File(['y'.repeat(200_000)], 'b.txt'))
  const { body, headers } = new Response(form)
  const type = parseMediaType(headers.get('content-type') ?? '')
  if (body === null || type === undefined) throw new Error('no form')

  const { files, dispose } = await parseMultipart(body, type)
  expect(files.map(({ path }) => path)).toEqual([undefined, undefined])
  expect(await files[0]?.text()).toBe('x'.repeat(200_000))
  expect(await new Response(files[1]?.stream()).text()).toBe('y'.repeat(200_000))
  await dispose()
})
