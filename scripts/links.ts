import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { divide, type Page, root } from './markdown.ts'

const LINK = /\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*<?([^\s>]+)|\b(?:href|src)="([^"]+)"/g

/** Checks that what a page links to within the repository is there, down to the heading. */
export function checkLinks(page: Page): { readonly links: number; readonly faults: readonly string[] } {
  const faults: string[] = []
  let links = 0
  for (const [index, line] of divide(page).prose.entries()) {
    for (const [, inline, reference, html] of line.matchAll(LINK)) {
      const link = inline ?? reference ?? html ?? ''
      if (/^[a-z][a-z+.-]*:/i.test(link)) continue
      links++
      const lack = lackOf(page, link)
      if (lack)
        faults.push(`${page.file}:${page.start + index}: A link must lead somewhere: ${link}: ${lack}`)
    }
  }
  return { links, faults }
}

/** What is missing at the other end of `link`. */
function lackOf(page: Page, link: string): string | undefined {
  const [path = '', anchor] = decodeURIComponent(link).split('#')
  const target =
    path === '' ? join(root, page.file) : join(root, path.startsWith('/') ? '' : dirname(page.file), path)
  const name = relative(root, target)
  if (!existsSync(target)) return `there is no ${name}`
  // Line anchors (#L12) into sources move with every edit, so only headings count.
  if (anchor !== undefined && !(target.endsWith('.md') && anchorsIn(target).has(anchor)))
    return `${name} has no heading #${anchor}`
  return undefined
}

/** The anchors that GitHub gives to the headings of a page, and those written as `<a id="…">`. */
function anchorsIn(file: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  const page: Page = { file, kind: 'markdown', lines: readFileSync(file, 'utf8').split('\n'), start: 1 }
  for (const [index, prose] of divide(page).prose.entries()) {
    for (const [, id] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) if (id) anchors.add(id)
    // The heading itself still has its `code`, whose words count.
    const heading = /^#{1,6}\s/.test(prose) && page.lines[index]
    if (!heading) continue
    const slug = slugOf(heading.replace(/^#+\s+|\s+#*\s*$/g, ''))
    let anchor = slug
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`
    anchors.add(anchor)
  }
  return anchors
}

function slugOf(heading: string): string {
  const text = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}
