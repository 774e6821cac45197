// The work of the routes. All contenders call these functions, so only what is around them differs.

/** A new object for each request, as a handler would make it. */
export function greet(): { message: string } {
  return { message: 'Hello' }
}

interface Tenant {
  readonly name: string
}

interface Store {
  readonly tenant: Tenant
  readonly users: ReadonlyMap<string, string>
}

interface Viewer {
  readonly name: string
}

interface User {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly seenBy: string
}

const users: ReadonlyMap<string, string> = new Map([
  ['1', 'Grace'],
  ['42', 'Ada'],
])

export function openTenant(): Tenant {
  return { name: 'acme' }
}

export function openStore(tenant: Tenant): Store {
  return { tenant, users }
}

export function findViewer(store: Store): Viewer {
  return { name: store.users.get('1') ?? 'nobody' }
}

export function findUser(store: Store, viewer: Viewer, id: string): User {
  return { id, name: store.users.get(id) ?? 'unknown', tenant: store.tenant.name, seenBy: viewer.name }
}

interface Entry {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly role: string
  readonly active: boolean
  readonly score: number
}

/** Built once, written as JSON for each request: about 10 KB. */
export const entries: readonly Entry[] = Array.from({ length: 100 }, (_, index) => ({
  id: index + 1,
  name: `Member ${index + 1}`,
  email: `member${index + 1}@example.org`,
  role: index % 10 === 0 ? 'admin' : 'reader',
  active: index % 3 !== 0,
  score: (index * 37) % 100,
}))

interface Account {
  readonly id: string
  readonly owner: string
  readonly plan: string
  /** Goes up with each change. */
  readonly version: string
}

export interface AccountView {
  readonly id: string
  readonly owner: string
  readonly plan: string
  readonly tenant: string
  readonly seenBy: string
}

const accounts: ReadonlyMap<string, Account> = new Map([
  ['42', { id: '42', owner: 'Ada & Sons', plan: 'yearly', version: 'v7' }],
])
const tokens: ReadonlySet<string> = new Set(['mF_9.B5f-4.1JqM'])

export function isKnownToken(token: string): boolean {
  return tokens.has(token)
}

export function findAccount(_store: Store, id: string): Account | undefined {
  return accounts.get(id)
}

export function viewAccount(account: Account, store: Store, viewer: Viewer): AccountView {
  const { id, owner, plan } = account
  return { id, owner, plan, tenant: store.tenant.name, seenBy: viewer.name }
}

/** The view as a page, written by the same function in all contenders: no template is measured. */
export function pageOf({ id, owner, plan, tenant, seenBy }: AccountView): string {
  const rows = `<dt>Owner<dd>${escapeHtml(owner)}<dt>Plan<dd>${escapeHtml(plan)}<dt>Seen by<dd>${escapeHtml(seenBy)}`
  return `<!doctype html><title>${escapeHtml(tenant)}</title><h1>Account ${escapeHtml(id)}</h1><dl>${rows}</dl>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
}
