import { RestApplication } from 'restmachine'
import { type Sent, statusesOf } from './asking.ts'

const MODIFIED = new Date('2024-05-01T10:00:00.900Z')
export const AT = 'Wed, 01 May 2024 10:00:00 GMT'
export const BEFORE = 'Wed, 01 May 2024 09:59:59 GMT'
export const AFTER = 'Wed, 01 May 2024 10:00:01 GMT'

/** Resources with validators of every kind. */
export const app = new RestApplication()
  .resource('/both', (note) =>
    note
      .etag(() => 'v2')
      .lastModified(() => MODIFIED)
      .get(() => 'note')
      .put(() => undefined)
      .post(() => undefined)
      .patch(() => undefined)
      .delete(() => undefined),
  )
  .resource('/tag', (note) =>
    note
      .etag(async () => 'v2')
      .get(() => 'note')
      .put(() => undefined),
  )
  .resource('/weak', (note) =>
    note
      .etag(() => 'W/"v2"')
      .get(() => 'note')
      .put(() => undefined),
  )
  .resource('/date', (note) =>
    note
      .lastModified(async () => MODIFIED.getTime())
      .get(() => 'note')
      .put(() => undefined),
  )
  .resource('/none', (note) => note.get(() => 'note').put(() => undefined))
  .resource('/missing', (note) =>
    note
      .resourceExists(() => false)
      .etag(() => 'v2')
      .lastModified(() => MODIFIED)
      .get(() => 'note')
      .put(() => undefined, { allowMissingPut: true })
      .patch(() => undefined)
      .delete(() => undefined),
  )

/** The statuses of requests with header fields: `asked('PUT /tag', { 'if-match': '"a"' }, …)`. */
export function asked(
  target: string,
  ...fields: readonly NonNullable<Sent['headers']>[]
): Promise<readonly number[]> {
  return statusesOf(app, ...fields.map((headers) => [target, { headers }] as const))
}
