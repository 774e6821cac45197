/** A function that runs on the main thread. */
export type TaskFunction<Args extends readonly unknown[]> = (...args: Args) => unknown

/** A function that heeds a signal: it aborts when the time for the task is up, or the process stops for good. */
export interface AbortableTask<Args extends readonly unknown[]> {
  readonly run: (signal: AbortSignal, ...args: Args) => unknown
}

// Never there: it only keeps the parameters of the function on the thread.
declare const PARAMETERS: unique symbol

/** A function in a module of its own, which a thread loads and calls. */
export interface WorkerTask<Args extends readonly unknown[] = readonly unknown[]> {
  /** The module: a `file:` URL, or a path from the working directory. */
  readonly worker: URL | string
  /** The export to call; the default export when nobody says. */
  readonly name?: string
  readonly [PARAMETERS]?: (...args: Args) => void
}

/** Whatever can be added as a background task. */
export type Task<Args extends readonly unknown[]> =
  | TaskFunction<Args>
  | AbortableTask<Args>
  | WorkerTask<Args>

/**
 * A function in a module of its own as a background task on a worker thread: for work that keeps a
 * processor busy, which on the main thread would hold up every request. Needs the package `piscina`.
 *
 * What it is called with is copied to the thread (structured clone), so it can be data, and no function.
 *
 * @param file The module, best as `new URL('./resize.ts', import.meta.url)`; a path counts from the working directory.
 * @param options `name` is the export to call: the default export when nobody says.
 *
 * @example
 * ```ts
 * import { RestApplication, worker } from 'restmachine'
 *
 * // resize.ts: export function resize(path: string, width: number) { … }
 * type Resize = (path: string, width: number) => void
 * const resize = worker<Resize>(new URL('./resize.ts', import.meta.url), { name: 'resize' })
 *
 * const app = new RestApplication().post('/images', ({ backgroundTasks }) => {
 *   backgroundTasks.add(resize, '/tmp/cat.jpg', 200)
 * })
 * // app.routes.length === 1
 * ```
 */
export function worker<Run extends (...args: never[]) => unknown = (...args: unknown[]) => unknown>(
  file: URL | string,
  { name }: { readonly name?: string } = {},
): WorkerTask<Parameters<Run>> {
  return name === undefined ? { worker: file } : { worker: file, name }
}

/** What logs call a task. */
export function nameOf(task: Task<never[]>): string {
  if (typeof task === 'function') return task.name || '(anonymous)'
  if ('run' in task) return task.run.name === 'run' || task.run.name === '' ? '(anonymous)' : task.run.name
  const file = String(task.worker).split('/').at(-1) as string
  return task.name === undefined ? file : `${file}#${task.name}`
}

/**
 * Refuses what is no task.
 *
 * @throws {TypeError} When it is neither a function nor one of the two objects.
 */
export function checkTask(task: unknown): asserts task is Task<never[]> {
  if (typeof task === 'function') return
  const { run, worker: file } = (task ?? {}) as { readonly run?: unknown; readonly worker?: unknown }
  if (typeof run === 'function' || typeof file === 'string' || file instanceof URL) return
  // `add(send(email))` in place of `add(send, email)` has done its work already, before the response.
  const called = task instanceof Promise ? ': add(send(email)) calls it at once, write add(send, email)' : ''
  throw new TypeError(
    `Cannot add a background task: a function, { run }, or worker(file) is needed, got ${describe(task)}${called}`,
  )
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? `an object (${value.constructor?.name ?? 'of no class'})` : typeof value
}
