/** One segment of a path template. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'rest'; readonly name: string }

/** A path template that has been read: `/users/{userId}` or `/files/*path`. */
export interface Template {
  readonly text: string
  readonly segments: readonly Segment[]
  /** The names of the parameters in the order they stand. */
  readonly names: readonly string[]
}

/** The names of the parameters in a template: `'/shelves/{shelf}/*rest'` → `'shelf' | 'rest'`. */
type ParameterName<Path extends string> = Path extends `${string}{${infer Name}}${infer Tail}`
  ? Name | ParameterName<Tail>
  : Path extends `${string}/*${infer Name}`
    ? Name
    : never

/** What a function on `Path` receives for its parameters. */
export type PathParameters<Path extends string> = { readonly [Name in ParameterName<Path>]: string }

/** A template that cannot be read, with a caret under the spot. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly template: string
  readonly index: number

  constructor(template: string, index: number, fault: string) {
    super(`Cannot read the path template: ${fault}\n  ${template}\n  ${' '.repeat(index)}^`)
    this.template = template
    this.index = index
  }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Nothing that has a meaning, or is a fault, in a template. */
const LITERAL = /^[^.{}*%?#\\\s][^{}*%?#\\\s]*$/

/**
 * Reads a path template: `{name}` takes one whole segment, `*name` at the end takes the rest.
 *
 * @throws {TemplateError} When it is none.
 */
export function parseTemplate(text: string): Template {
  if (!text.startsWith('/')) throw new TemplateError(text, 0, 'it starts with "/"')
  const segments: Segment[] = []
  const names: string[] = []
  let index = 1
  for (const part of text === '/' ? [] : text.slice(1).split('/')) {
    const segment = parseSegment(text, part, index)
    if (segment.kind !== 'literal') {
      if (names.includes(segment.name)) {
        throw new TemplateError(text, index, `"${segment.name}" stands in it twice; name one differently`)
      }
      names.push(segment.name)
    }
    const before = segments.at(-1)
    if (before?.kind === 'rest') {
      throw new TemplateError(text, index, `"*${before.name}" takes the rest, so nothing can follow it`)
    }
    segments.push(segment)
    index += part.length + 1
  }
  const colon = text.indexOf(':')
  if (names.length > 0 && colon >= 0) {
    throw new TemplateError(
      text,
      colon,
      'a ":" cannot stand beside parameters; parameters are written {name}',
    )
  }
  return { text, segments, names }
}

function parseSegment(template: string, part: string, index: number): Segment {
  if (LITERAL.test(part)) return { kind: 'literal', text: part }
  if (part === '') throw new TemplateError(template, index, 'a segment is empty; leave the extra "/" out')
  if (part.startsWith('*')) return { kind: 'rest', name: parseName(template, part.slice(1), index + 1) }
  if (part.startsWith('{') && part.endsWith('}')) {
    return { kind: 'one', name: parseName(template, part.slice(1, -1), index + 1) }
  }
  const brace = part.search(/[{}*]/)
  if (brace >= 0) throw new TemplateError(template, index + brace, 'a parameter takes a whole segment')
  const foreign = part.search(/[%?#\\\s]/)
  if (foreign >= 0)
    throw new TemplateError(template, index + foreign, 'write segments decoded, without query')
  if (part === '.' || part === '..') throw new TemplateError(template, index, 'a dot segment never matches')
  return { kind: 'literal', text: part }
}

function parseName(template: string, name: string, index: number): string {
  if (NAME.test(name)) return name
  throw new TemplateError(template, index, `a name of letters, digits and "_" is needed, got "${name}"`)
}

/** Puts a prefix before a path: `/users` and `/{userId}` → `/users/{userId}`; `/` on either side adds nothing. */
export function joinPaths(prefix: string, path: string): string {
  const head = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  return path === '/' ? head || '/' : head + path
}

/** The template with its names left out: two templates of one shape match the same paths. */
export function shapeOf(template: Template): string {
  if (template.names.length === 0) return template.text
  return template.segments
    .map((segment) =>
      segment.kind === 'literal' ? `/${segment.text}` : segment.kind === 'one' ? '/{}' : '/*',
    )
    .join('')
}
