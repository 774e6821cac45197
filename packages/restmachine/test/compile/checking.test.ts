import { describe, expect, it } from 'vitest'
import { routeChecker } from '../../src/compile/checking.ts'
import type { RouteSource } from '../../src/compile/source.ts'
import { type Chain, Layer, PLAIN_ROUTE, PLAIN_SETTINGS } from '../../src/declaration/layer.ts'
import { Faults } from '../../src/injection/faults.ts'
import { readInjectable } from '../../src/injection/injectable.ts'
import type { AnyFunction } from '../../src/injection/parameters.ts'
import { Session } from '../../src/injection/session.ts'
import { TaskQueue } from '../../src/tasks/task-queue.ts'

/** A checker that tells which names it looked for. */
function createChecking() {
  const faults = new Faults()
  const looked: string[] = []
  const check = routeChecker({
    services: { logger: console, development: false, serves: undefined },
    session: new Session({ find: () => undefined, known: () => [], faults }),
    tasks: new TaskQueue(
      { concurrency: 1, queueLimit: 1, timeout: 1, workers: 1, shutdownTimeout: 1 },
      () => undefined,
    ),
    inMaking: undefined,
    faults,
    find(_chain, name) {
      looked.push(name)
      return name === 'clock' ? { source: 'fixed', name, value: 42 } : undefined
    },
    known: () => ['clock'],
  })
  return { faults, looked, check }
}

function sourceOf(
  path: string,
  fn: AnyFunction,
  chain: Chain,
  parameters: readonly string[] = [],
): RouteSource {
  const label = `GET ${path}`
  const handler = readInjectable(fn, label, undefined)
  const layer = chain.at(-1) ?? PLAIN_ROUTE
  return {
    kind: 'route',
    label,
    method: 'GET',
    chain,
    route: { method: 'GET', path, handler, settings: PLAIN_SETTINGS, returns: undefined, layer },
    parameters,
    limits: { uri: 1, fields: 1, content: 1 },
    allowedAt: () => [],
    typesAt: () => [],
    tagAt: () => Promise.reject(new Error('Nobody asks')),
  }
}

describe('the check of routes', () => {
  it('looks once where several ask for the same within the same layers', () => {
    const { faults, looked, check } = createChecking()
    const chain = [new Layer('application'), PLAIN_ROUTE]
    check(sourceOf('/a', ({ clock }) => clock, chain))
    expect(looked).toContain('clock')
    looked.length = 0
    check(sourceOf('/b', ({ clock }) => clock, chain))
    expect(looked).toEqual([])
    expect(faults.told).toBe(0)
  })

  it.each([
    ['other layers', sourceOf('/b', ({ clock }) => clock, [new Layer('application'), PLAIN_ROUTE])],
    [
      'a layer of its own',
      sourceOf('/b', ({ clock }) => clock, [new Layer('application'), new Layer('route')]),
    ],
  ])('looks again where a route has %s', (_what, other) => {
    const { looked, check } = createChecking()
    check(sourceOf('/a', ({ clock }) => clock, [new Layer('application'), PLAIN_ROUTE]))
    looked.length = 0
    check(other)
    expect(looked).toContain('clock')
  })

  it('looks again at what has the same layers and asks for more, or has other parameters', () => {
    const { looked, check } = createChecking()
    const chain = [new Layer('application'), PLAIN_ROUTE]
    check(sourceOf('/a', ({ clock }) => clock, chain))
    for (const other of [
      sourceOf('/b', ({ clock, request }) => [clock, request], chain),
      sourceOf('/c', ({ clock = 1 }) => clock, chain),
      sourceOf('/d/{id}', ({ clock }) => clock, chain, ['id']),
      { ...sourceOf('/e', ({ clock }) => clock, chain), method: 'POST' },
    ]) {
      looked.length = 0
      check(other)
      expect(looked).toContain('clock')
    }
  })

  it('tells the faults of each, however often they are the same', () => {
    const { faults, check } = createChecking()
    const chain = [new Layer('application'), PLAIN_ROUTE]
    for (const path of ['/a', '/a', '/b']) check(sourceOf(path, ({ clok }) => clok, chain))
    expect(faults.told).toBe(3)
    expect(() => faults.throwIfAny()).toThrow(/2 faults\n.*GET \/a: nothing provides "clok"[\s\S]*GET \/b/)
  })
})
