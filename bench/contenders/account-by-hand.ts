import {
  type AccountView,
  findAccount,
  findViewer,
  isKnownToken,
  openStore,
  openTenant,
  viewAccount,
} from '../domain.ts'
import { bearerToken, chooseType, ifMatchFails, isKnownToClient, type OfferedType, tagOf } from './by-hand.ts'

/** What a web framework without plugins for it has to answer to GET /accounts/{accountId}. */
export type AccountAnswer =
  | { readonly status: 401 | 404 | 406 | 412; readonly etag?: undefined }
  | { readonly status: 304; readonly etag: string }
  | { readonly status: 200; readonly etag: string; readonly type: OfferedType; readonly view: AccountView }

type ReadField = (
  name: 'authorization' | 'accept' | 'if-match' | 'if-none-match',
) => string | null | undefined

/** The whole of the route by hand, for frameworks that bring no part of it. */
export function answerAccount(field: ReadField, id: string): AccountAnswer {
  const token = bearerToken(field('authorization') ?? undefined)
  if (token === undefined || !isKnownToken(token)) return { status: 401 }
  const type = chooseType(field('accept') ?? undefined)
  if (type === undefined) return { status: 406 }
  const store = openStore(openTenant())
  const account = findAccount(store, id)
  if (account === undefined) return { status: 404 }
  const etag = tagOf(account.version, type)
  if (ifMatchFails(field('if-match') ?? undefined, etag)) return { status: 412 }
  if (isKnownToClient(field('if-none-match') ?? undefined, etag)) return { status: 304, etag }
  return { status: 200, etag, type, view: viewAccount(account, store, findViewer(store)) }
}
