import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportsOf, lineAt, parse } from './syntax.ts'

export const root: string = join(import.meta.dirname, '..')

/** Markdown, either a file of its own or a comment (`/** … *\/`) within a source file. */
export interface Page {
  readonly file: string
  readonly kind: 'markdown' | 'comment'
  /** The lines; the first of them is line `start` of the file. */
  readonly lines: readonly string[]
  readonly start: number
  /** For a comment: the built module it documents, which may be internal, and what that exports. */
  readonly own?: { readonly module: string; readonly exports: ReadonlyMap<string, string> }
}

/** A block of code between ``` and ```. */
export interface Fence {
  readonly page: Page
  /** What stands behind the opening ```. */
  readonly info: string
  readonly lines: readonly string[]
  /** The line of the file that the first line of code is on. */
  readonly start: number
}

/** All Markdown files of the repository. */
export function markdownPages(): readonly Page[] {
  const exclude = (name: string): boolean => /(^|\/)(node_modules|dist|\.git)$/.test(name)
  return globSync('**/*.md', { cwd: root, exclude })
    .sort()
    .map((file) => ({ file, kind: 'markdown', lines: read(file).split('\n'), start: 1 }))
}

/** Where the modules of the package are, one by one, for the examples of those that no entry exports. */
export const modules: string = join(root, 'node_modules/.cache/modules')

/** All TSDoc comments in the sources of the package. */
export function commentPages(): readonly Page[] {
  const files = globSync('packages/restmachine/src/**/*.ts', { cwd: root }).sort()
  return files.flatMap((file) => {
    const text = read(file)
    const syntax = parse(text)
    const module = join(modules, file.replace(/^.*?\/src\//, '').replace(/\.ts$/, '.js'))
    const own = { module, exports: exportsOf(syntax) }
    const comments = syntax.comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
    return comments.map(({ value, start }): Page => {
      const lines = value
        .split('\n')
        .map((line, index) => line.replace(index === 0 ? /^\*+ ?/ : /^\s*\* ?/, ''))
      return { file, kind: 'comment', lines, start: lineAt(text, start), own }
    })
  })
}

/** Divides a page into its blocks of code and its prose, where code, in blocks and in `…`, is blanked out. */
export function divide(page: Page): { readonly fences: readonly Fence[]; readonly prose: readonly string[] } {
  const fences: Fence[] = []
  const prose: string[] = []
  // A block that is never closed goes on to the end of the page.
  const close = ({ info, lines, start }: Omit<Fence, 'page'>): number =>
    fences.push({ page, info, lines, start })
  let open: { mark: string; indent: number; info: string; lines: string[]; start: number } | undefined
  for (const [index, line] of page.lines.entries()) {
    const [, indent = '', mark = '', info = ''] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    prose.push(open || mark ? '' : line.replace(/(`+)[^`].*?\1(?!`)/g, ''))
    if (!open && mark) {
      open = { mark, indent: indent.length, info: info.trim(), lines: [], start: page.start + index + 1 }
    } else if (open && mark.startsWith(open.mark) && info.trim() === '') {
      close(open)
      open = undefined
    } else if (open) {
      // A block inside a list is indented as a whole.
      open.lines.push(line.replace(new RegExp(`^\\s{0,${open.indent}}`), ''))
    }
  }
  if (open) close(open)
  return { fences, prose }
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
