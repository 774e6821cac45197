import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { callerPlace, formatPlace, type Place, placeInStack } from '../../src/injection/place.ts'

function declare(): Place | undefined {
  return inside()
  function inside(): Place | undefined {
    return callerPlace(declare)
  }
}

class Builder {
  get(): Place | undefined {
    const place = callerPlace(Builder.prototype.get)
    return place
  }
}

/** The line of the call, as the engine sees it. */
function lineHere(): number {
  return Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[2] ?? '')?.[1])
}

/** Runs `run` while `Error` has other properties. */
function withError<Result>(changed: Record<string, unknown>, run: () => Result): Result {
  const before = Object.keys(changed).map(
    (key) => [key, Object.getOwnPropertyDescriptor(Error, key)] as const,
  )
  for (const [key, value] of Object.entries(changed)) {
    Object.defineProperty(Error, key, { value, configurable: true, writable: false })
  }
  try {
    return run()
  } finally {
    for (const [key, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(Error, key)
      else Object.defineProperty(Error, key, descriptor)
    }
  }
}

describe('callerPlace', () => {
  it('tells the file and line of the call, past the frames of the framework', () => {
    const [place, line] = [declare(), lineHere()]
    expect(place).toMatchObject({
      file: expect.stringMatching(/^\/.*\/test\/injection\/place\.test\.ts$/),
      line,
    })
    expect(place?.column).toBeGreaterThan(0)
  })

  it('tells the place of a call of a method', () => {
    const [place, line] = [new Builder().get(), lineHere()]
    expect(place?.line).toBe(line)
  })

  it('steps over frames of the engine', () => {
    const [[place], line] = [[1].map(declare), lineHere()]
    expect(place?.line).toBe(line)
  })

  it.each([
    ['/srv/app.ts', '/srv/app.ts'],
    ['/srv/my app (1).ts', '/srv/my app (1).ts'],
    ['/srv/a:1:2/app.ts', '/srv/a:1:2/app.ts'],
    ['file:///srv/my%20app.ts?at=1', '/srv/my app.ts'],
    ['file:///C:/app.ts', 'C:/app.ts'],
    ['C:\\app.ts', 'C:\\app.ts'],
    ['app.ts', 'app.ts'],
    ['https://example.org/app.ts', 'https://example.org/app.ts'],
  ])('tells the place in a file of the name %s', (filename, file) => {
    const run = runInThisContext('(declare) =>\n  declare()', { filename }) as (fn: unknown) => unknown
    expect(run(declare)).toEqual({ file, line: 2, column: 3 })
    const method = runInThisContext('({ at(fn) { return fn() } })', { filename }) as { at: typeof run }
    expect(method.at(declare)).toEqual({ file, line: 1, column: 20 })
  })

  it('steps over code from strings', () => {
    const run = runInThisContext('(declare) => declare()', { filename: '<made>' }) as (
      fn: typeof declare,
    ) => Place | undefined
    const [place, line] = [run(declare), lineHere()]
    expect(place?.line).toBe(line)
  })

  it('leaves the length of stack traces as it was', () => {
    const before = Error.stackTraceLimit
    Error.stackTraceLimit = 3
    try {
      declare()
      expect(Error.stackTraceLimit).toBe(3)
    } finally {
      Error.stackTraceLimit = before
    }
  })

  it('tells the place where stack traces are turned off', () => {
    const before = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    try {
      expect(declare()).toBeDefined()
    } finally {
      Error.stackTraceLimit = before
    }
  })

  it('tells the place in an engine without Error.captureStackTrace', () => {
    const place = withError({ captureStackTrace: undefined }, declare)
    expect(place).toMatchObject({ file: expect.stringContaining('place.test.ts') })
  })

  it('tells nothing, and throws nothing, where Error is frozen', () => {
    expect(withError({ stackTraceLimit: 10 }, declare)).toBeUndefined()
  })

  it("tells nothing where somebody's stack traces are no text", () => {
    expect(withError({ prepareStackTrace: () => [] }, declare)).toBeUndefined()
  })

  it('tells nothing when the function to skip did not call', () => {
    expect(callerPlace(() => 1)).toBeUndefined()
  })
})

describe('placeInStack', () => {
  const at = (file: string): Place => ({ file, line: 3, column: 4 })

  it.each([
    ['    at start (file:///srv/app.ts:3:4)', '/srv/app.ts'],
    ['    at file:///srv/app.ts:3:4', '/srv/app.ts'],
    ['    at async file:///srv/app.ts:3:4', '/srv/app.ts'],
    ['    at async start (file:///srv/app.ts:3:4)', '/srv/app.ts'],
    ['    at new App (file:///srv/my%20app%28%C3%A9%29.ts:3:4)', '/srv/my app(é).ts'],
    ['    at App.use [as get] (/srv/a (b)/app.ts:3:4)', '/srv/a (b)/app.ts'],
    ['    at /srv/a (b)/app.ts:3:4', '/srv/a (b)/app.ts'],
    ['    at start (file:///srv/app.ts?t=17:3:4)', '/srv/app.ts'],
    ['    at start (file:///srv/100%.ts:3:4)', '/srv/100%.ts'],
    ['    at start (file:///C:/srv/app.ts:3:4)', 'C:/srv/app.ts'],
    [String.raw`    at start (C:\srv\app.ts:3:4)`, String.raw`C:\srv\app.ts`],
    ['    at start (https://example.org/app.js?v=1:3:4)', 'https://example.org/app.js?v=1'],
    ['    at start (worker.js:3:4)', 'worker.js'],
  ])('reads a frame of V8: %s', (frame, file) => {
    expect(placeInStack(`Error: at fault@x:1:1\n${frame}\n    at later (/later.ts:1:1)`)).toEqual(at(file))
  })

  it.each([
    ['start@file:///srv/app.ts:3:4', '/srv/app.ts'],
    ['@file:///srv/app.ts:3:4', '/srv/app.ts'],
    ['module code@file:///srv/app.ts:3:4', '/srv/app.ts'],
    ['start@/srv/node_modules/@scope/app.js:3:4', '/srv/node_modules/@scope/app.js'],
    ['file:///srv/@scope/app.js:3:4', '/srv/@scope/app.js'],
    ['app/start<@https://example.org/app.js:3:4', 'https://example.org/app.js'],
  ])('reads a frame of JavaScriptCore or SpiderMonkey: %s', (frame, file) => {
    expect(placeInStack(`${frame}\nlater@/later.ts:1:1`)).toEqual(at(file))
  })

  it.each([
    '    at Array.forEach (<anonymous>)',
    '    at eval (eval at start (/srv/other.ts:1:2), <anonymous>:1:1)',
    '    at node:internal/main/run_main_module:33:47',
    '    at ModuleJob.run (node:internal/modules/esm/module_job:377:25)',
    '    at native',
    'forEach@[native code]',
    'start@file:///srv/other.ts line 3 > eval:1:1',
    'start@file:///srv/other.ts line 3 > Function:1:1',
  ])('steps over %s', (frame) => {
    const next = frame.includes('at ') ? '    at start (/srv/app.ts:3:4)' : 'start@/srv/app.ts:3:4'
    expect(placeInStack(`${frame}\n${next}`)).toEqual(at('/srv/app.ts'))
  })

  it.each([
    ['    at inner (/a.ts:1:1)\n    at App.get (/b.ts:2:2)\n    at /srv/app.ts:3:4'],
    ['    at App.get [as post] (/b.ts:2:2)\n    at /srv/app.ts:3:4'],
    ['inner@/a.ts:1:1\nget@/b.ts:2:2\n@/srv/app.ts:3:4'],
    ['inner@/a.ts:1:1\nApp.prototype.get@/b.ts:2:2\n@/srv/app.ts:3:4'],
  ])('finds the frame that called a function by name: %s', (stack) => {
    expect(placeInStack(stack, 'get')).toEqual(at('/srv/app.ts'))
  })

  it.each([
    ['no text', undefined, undefined],
    ['call sites', [{}], undefined],
    ['an empty text', '', undefined],
    ['a message only', 'Error: no frames', undefined],
    ['a frame without a line', '    at start (/srv/app.ts)', undefined],
    ['no frame of that name', '    at start (/srv/app.ts:3:4)', 'get'],
    ['a function without a name', '    at start (/srv/app.ts:3:4)', ''],
    ['nothing behind that name', '    at get (/srv/app.ts:3:4)', 'get'],
  ])('tells nothing of %s', (_what, stack, after) => {
    expect(placeInStack(stack, after)).toBeUndefined()
  })
})

describe('formatPlace', () => {
  it('writes what editors open', () => {
    expect(formatPlace({ file: 'src/app.ts', line: 12, column: 5 })).toBe('src/app.ts:12:5')
    expect(formatPlace(undefined)).toBe('(unknown place)')
  })
})
