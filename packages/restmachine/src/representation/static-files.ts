import { HttpError } from '../http/http-error.ts'
import { codingRanker } from './codings.ts'
import { FileBody } from './file.ts'
import { contentTypeOf, hasKnownEnding } from './file-types.ts'
import { staticNames } from './static-path.ts'
import type { StaticRoot } from './static-root.ts'
import { rememberSeen } from './static-seen.ts'
import { CODING_ENDINGS, type FileCoding, rememberSiblings } from './static-siblings.ts'

/** How a directory is served. */
export interface StaticSettings {
  /** The file that stands for its directory; `undefined` for none. */
  readonly index: string | undefined
  readonly dotFiles: boolean
  /** The codings in which files may lie beside themselves, the best first. */
  readonly precompressed: readonly FileCoding[]
  /** What is given where nothing is, for applications that route in the browser; `undefined` for none. */
  readonly fallback: string | undefined
}

/** What a request to a static mount wants. */
export interface StaticWish {
  /** Below the mount, decoded once, without the slash in front. */
  readonly path: string
  /** Whether the path of the request ends with a slash. */
  readonly isDirectory: boolean
  readonly acceptEncoding: string | undefined
  /** Whether content of a type is coded on its way out, so that the file as it is will do. */
  readonly isCodedOnTheWay: (contentType: string) => boolean
}

/** A file to be sent. */
export interface StaticFile {
  readonly body: FileBody
  /** `undefined` for the file as it is. */
  readonly coding: FileCoding | undefined
  /** Whether there is another one for those who take other codings. */
  readonly varies: boolean
  /** Whether it stands for something that is not there. */
  readonly isFallback: boolean
}

/** What there is for a request: a file, a directory that is asked for without its slash, or nothing. */
export type StaticFound = StaticFile | 'directory' | undefined

/** Makes the function that finds what a directory has for a request. */
export function createStaticFiles(
  root: StaticRoot,
  { index, dotFiles, precompressed, fallback }: StaticSettings,
): (wish: StaticWish) => Promise<StaticFound> {
  const see = rememberSeen(root)
  const siblingsOf = rememberSiblings(precompressed)
  const rank = codingRanker(precompressed)

  function seePlain(path: string): ReturnType<typeof see> {
    return see(path, { contentType: contentTypeOf(path.slice(path.lastIndexOf('/') + 1)), tagSuffix: '' })
  }

  /** The representation of a file that the client wants most. */
  async function choose(
    path: string,
    plain: FileBody,
    isFallback: boolean,
    wish: StaticWish,
  ): Promise<StaticFile> {
    const siblings = await siblingsOf(path)
    const varies = siblings.length > 0
    for (const coding of rank(wish.acceptEncoding)) {
      if (coding === 'identity') return { body: plain, coding: undefined, varies, isFallback }
      if (!siblings.includes(coding)) continue
      const options = { contentType: plain.contentType, tagSuffix: `~${coding}` }
      const body = await see(path + CODING_ENDINGS[coding], options)
      if (body instanceof FileBody) return { body, coding, varies, isFallback }
    }
    if (wish.isCodedOnTheWay(plain.contentType)) return { body: plain, coding: undefined, varies, isFallback }
    const there = [...siblings, 'identity'].join(', ')
    throw new HttpError(406, `None of the content codings there are is accepted: ${there}`, {
      headers: { vary: 'accept-encoding' },
    })
  }

  async function seeIndex(
    directory: string,
  ): Promise<{ readonly path: string; readonly body: FileBody } | undefined> {
    if (index === undefined) return undefined
    const path = `${directory}${index}`
    const body = await seePlain(path)
    return body instanceof FileBody ? { path, body } : undefined
  }

  async function fallBack(names: readonly string[], wish: StaticWish): Promise<StaticFound> {
    // A script that is gone is not to be answered with a page.
    const isPage = wish.isDirectory || !hasKnownEnding(names.at(-1) ?? '')
    if (fallback === undefined || !isPage) return undefined
    const path = root.path + fallback
    const body = await seePlain(path)
    return body instanceof FileBody ? choose(path, body, true, wish) : undefined
  }

  return async (wish) => {
    const names = staticNames(wish.path, { dotFiles, windows: root.windows })
    if (names === undefined) return undefined
    const path = root.path + names.join('/')
    if (!wish.isDirectory && names.length > 0) {
      const seen = await seePlain(path)
      if (seen instanceof FileBody) return choose(path, seen, false, wish)
      if (seen === undefined) return fallBack(names, wish)
    }
    const found = await seeIndex(names.length === 0 ? root.path : `${path}/`)
    if (found === undefined) return fallBack(names, wish)
    return wish.isDirectory ? choose(found.path, found.body, false, wish) : 'directory'
  }
}
