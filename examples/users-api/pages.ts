import { type Html, html, type Page } from 'restmachine'
import type { User, UserField } from './users.ts'

const STYLE = html`<style>
  :root { color-scheme: light dark; --line: #8884; --link: light-dark(#0b57d0, #8ab4f8) }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
  a { color: var(--link) }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line) }
  nav { display: flex; gap: 1rem; margin: 1rem 0 }
  dt { font-weight: 600 }
  dd { margin: 0 0 .6rem }
  code { overflow-wrap: anywhere }
</style>`

function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
${STYLE}
<h1>${title}</h1>
${content}
</html>
`
}

const titles: Readonly<Record<UserField, string>> = {
  id: 'Number',
  name: 'Name',
  email: 'Email',
  bio: 'About',
  createdAt: 'Since',
  version: 'Version',
}

export function indexPage({
  title,
  links,
}: {
  title: string
  links: Readonly<Record<string, string>>
}): Html {
  const items = Object.entries(links).map(
    ([name, href]) => html`<li><a href="${href}">${name}</a> <code>${href}</code></li>`,
  )
  return page(title, html`<ul>${items}</ul>`)
}

export interface UserList {
  readonly users: readonly Partial<User>[]
  readonly pagination: Omit<Page<never>, 'items'>
}

export function listPage(list: UserList, fields: readonly UserField[], query: URLSearchParams): Html {
  const { users, pagination } = list
  const heads = fields.map((field) => html`<th>${titles[field]}</th>`)
  const rows = users.map(
    (user) => html`<tr>${fields.map((field) => html`<td>${cell(user, field)}</td>`)}</tr>\n`,
  )
  const content = html`<p>Page ${pagination.page} of ${pagination.pages}; ${pagination.total} users in all.</p>
<table>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows}</tbody>
</table>
<nav>${links(pagination, query)}</nav>`
  return page('Users', content)
}

/** The pages that can be gone to; what else the query says is kept. */
function links({ page, pages }: UserList['pagination'], query: URLSearchParams): readonly Html[] {
  const targets: readonly (readonly [name: string, page: number])[] = [
    ['first', 1],
    ['prev', Math.min(page - 1, pages)],
    ['next', page + 1],
    ['last', pages],
  ]
  const there = targets.filter(([, number]) => number >= 1 && number <= pages)
  return there.map(([name, number]) => {
    const other = new URLSearchParams(query)
    other.set('page', String(number))
    return html`<a rel="${name}" href="?${other.toString()}">${name}</a>`
  })
}

export function userPage(user: User): Html {
  const entries = (Object.keys(titles) as UserField[]).map(
    (field) => html`<dt>${titles[field]}</dt><dd>${field === 'name' ? user.name : cell(user, field)}</dd>\n`,
  )
  return page(user.name, html`<dl>\n${entries}</dl>\n<nav><a href="/users">All users</a></nav>`)
}

function cell(user: Partial<User>, field: UserField): Html | string | number | null | undefined {
  if (field === 'name' && user.id !== undefined) return html`<a href="/users/${user.id}">${user.name}</a>`
  if (field === 'email') return html`<a href="mailto:${user.email}">${user.email}</a>`
  if (field === 'createdAt')
    return html`<time datetime="${user.createdAt}">${user.createdAt?.slice(0, 10)}</time>`
  return user[field]
}
