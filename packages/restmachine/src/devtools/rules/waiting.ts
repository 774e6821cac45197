import { isSafe } from '../../decisions/methods.ts'
import type { Token } from '../../injection/tokens.ts'
import { type Call, type Code, callsIn, closing, keysOf } from '../code.ts'
import type { RequestFunction } from '../declared.ts'
import { aboutFunction, type Rule } from '../rule.ts'

const IN_FILES = 'await the function of the same name without Sync from node:fs/promises'
const ON_THREADS = 'await the function of the same name without Sync, which works on another thread'
const IN_PROCESS = 'call the function of the same name without Sync and await its end'

/** What to do in place of each function that holds up the process. */
const BLOCKING: ReadonlyMap<string, string> = new Map([
  ...withMend(
    IN_FILES,
    'readFile writeFile appendFile readdir mkdir mkdtemp rm rmdir unlink rename copyFile',
  ),
  ...withMend(IN_FILES, 'cp stat lstat open access truncate chmod chown symlink realpath'),
  ...withMend(IN_PROCESS, 'exec execFile spawn'),
  ...withMend(ON_THREADS, 'pbkdf2 scrypt hkdf generateKeyPair generatePrime argon2'),
  ...withMend(
    ON_THREADS,
    'gzip gunzip deflate deflateRaw inflate inflateRaw brotliCompress brotliDecompress',
  ),
  ...withMend(ON_THREADS, 'unzip zstdCompress zstdDecompress'),
  ...withMend(ON_THREADS, 'hash compare genSalt'),
])

function withMend(mend: string, names: string): (readonly [name: string, mend: string])[] {
  return names.split(' ').map((name) => [`${name}Sync`, mend])
}

/** Functions that hold up every other request of the process while they work. */
export const blockingCall: Rule = ({ functions }) =>
  functions.flatMap((fn) => {
    const call = callsIn(fn.code).find(({ name, isNew }) => !isNew && BLOCKING.has(name))
    if (call === undefined) return []
    const mend = BLOCKING.get(call.name) ?? ''
    return aboutFunction(fn, `${call.name}(…) holds up all other requests while it works`, mend)
  })

/** Names of what asks a database or another server. */
const ASKS = /^(?:query|execute|fetch|findOne|findById|findUnique|findFirst|find[A-Z]\w*|load[A-Z]\w*)$/

/** Reads that ask once for each item of a list, one after another: the N+1 queries. */
export const queryInLoop: Rule = ({ functions }) =>
  functions.flatMap((fn) => {
    const { injectable, isHandler, route } = fn
    // A generator may pass on what it reads, and a write may depend on the order.
    if (injectable.kind === 'generator' || (isHandler && !isSafe(route.method))) return []
    const call = callsIn(fn.code).find((one) => isAwaited(one, fn.code) && isInLoop(one, fn.code))
    if (call === undefined) return []
    const mend =
      'ask once for all of them, with a JOIN or WHERE id = ANY($1); what cannot be asked at once goes side by side: await Promise.all(…)'
    return aboutFunction(fn, `${call.name}(…) asks once for each item, one after another`, mend)
  })

function isAwaited({ name, on, at }: Call, { tokens }: Code): boolean {
  const start = on === '' ? at : at - on.split('.').length * 2
  return ASKS.test(name) && tokens[start - 1]?.text === 'await'
}

/** Whether something stands in the block of a `for (… of …)`; a `for await` waits for its items anyway. */
function isInLoop({ at }: Call, { tokens }: Code): boolean {
  return tokens.some(({ kind, text }, index) => {
    if (kind !== 'name' || text !== 'for' || index > at || tokens[index + 1]?.text !== '(') return false
    const head = closing(tokens, index + 1)
    if (!tokens.slice(index, head).some((token) => token.kind === 'name' && token.text === 'of')) return false
    const isBlock = tokens[head + 1]?.text === '{'
    return isBlock && at > head && at < closing(tokens, head + 1)
  })
}

/** Requests to other servers that go on when nobody waits for their answer any more. */
export const fetchWithoutSignal: Rule = ({ functions }) =>
  functions.flatMap((fn) => {
    const isOwn = fn.injectable.needs.some(({ name }) => name === 'fetch')
    // A background task outlives the request, and has to.
    if (isOwn || /signal|backgroundTasks/i.test(fn.code.text)) return []
    if (!callsIn(fn.code).some((call) => isFetch(call) && hasNoSignal(call, fn))) return []
    const what = 'fetch(…) goes on when the client has left or the time for the request is up'
    return aboutFunction(fn, what, 'ask for signal and hand it on: fetch(url, { signal })')
  })

function isFetch({ name, on, isNew }: Call): boolean {
  return name === 'fetch' && (on === '' || on === 'globalThis') && !isNew
}

function hasNoSignal({ given }: Call, { code }: RequestFunction): boolean {
  const [target, options] = given
  if (options !== undefined) return keysOf(options)?.includes('signal') === false
  // A request made elsewhere may have one.
  return target !== undefined && (isText(target) || code.text.includes('new URL'))
}

function isText([first]: readonly Token[]): boolean {
  return first?.kind === 'string' || first?.kind === 'template'
}
