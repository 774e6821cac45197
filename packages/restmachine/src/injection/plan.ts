import { didYouMean, type Faults } from './faults.ts'
import { checkReadable, describe, type Injectable } from './injectable.ts'
import type { DeclaredProvider, Provider } from './provider.ts'
import { type ContextClass, contextClass, EMPTY, Failed, type Holder, Pending } from './slots.ts'
import { isThenable } from './thenable.ts'

/** Sees to it that one slot is filled; `undefined` when it is already, else a promise of it. */
export type Fill<Held> = (held: Held) => Promise<void> | undefined

/** Calls a function of the user once all it needs is there. */
export type Invoke<Held> = (held: Held) => unknown

/** Where a value stands, and what puts it there. */
export interface Cell<Held> {
  readonly fill: Fill<Held>
  readonly slot: number
}

/** What holds the session values, as a plan for requests sees it. */
export interface SessionValues extends Holder {
  open(provider: DeclaredProvider): Cell<SessionValues>
}

/** What a plan resolves names with. */
export interface PlanSources<Held> {
  /** What provides a name here: the innermost layer that does. */
  readonly find: (name: string) => Provider<Held> | undefined
  /** All names there are, for advice. */
  readonly known: () => Iterable<string>
  /** Where session values live; `undefined` when this is the plan of the session itself. */
  readonly session: SessionValues | undefined
  readonly faults: Faults
}

/**
 * Turns functions that ask for names into functions of whoever holds the values.
 *
 * Each name that is reached gets a slot, and each slot one filler; which fillers a function runs is
 * settled here, once. At run time nothing is looked up, and nothing is awaited that is already there.
 */
export class Plan<Held extends Holder> {
  readonly #sources: PlanSources<Held>
  readonly #slots = new Map<string, number>()
  readonly #fills = new Map<string, Fill<Held>>()
  readonly #path: string[] = []
  readonly #template: unknown[] = []

  constructor(sources: PlanSources<Held>) {
    this.#sources = sources
  }

  /** The names that anything of this plan can reach. */
  reaches(name: string): boolean {
    return this.#slots.has(name)
  }

  /** What each request starts from: a copy of this. Session values that are open stand in it. */
  get template(): unknown[] {
    return this.#template
  }

  /** The class of the object that functions destructure; to be asked for when the plan is complete. */
  contextClass(): ContextClass {
    return contextClass(this.#slots)
  }

  /** A function that calls `injectable` with what it needs. */
  invoker(injectable: Injectable): Invoke<Held> {
    const { run } = injectable
    const fills = this.#fillsFor(injectable)
    const [first] = fills
    if (first === undefined) return (held) => run(held.context)
    if (fills.length === 1) {
      return (held) => {
        const later = first(held)
        return later === undefined ? run(held.context) : later.then(() => run(held.context))
      }
    }
    return (held) => {
      const later = fillAll(fills, held)
      return later === undefined ? run(held.context) : later.then(() => run(held.context))
    }
  }

  /** A function that fills what `injectable` needs, and calls nothing. */
  filler(injectable: Injectable): Fill<Held> {
    const fills = this.#fillsFor(injectable)
    const [first] = fills
    return fills.length === 1 && first !== undefined ? first : (held) => fillAll(fills, held)
  }

  /** The slot of `name` and what fills it, with a value that is present or not. */
  cell(name: string, asker: Injectable): Cell<Held> {
    const fill = this.#fill(name, asker, false) ?? (() => undefined)
    return { fill, slot: this.slotOf(name) }
  }

  /** A function that gives the value of `name`, present or not: decisions ask so for their own value. */
  reader(name: string, asker: Injectable): Invoke<Held> {
    const { fill, slot } = this.cell(name, asker)
    return (held) => {
      const later = fill(held)
      return later === undefined ? held.values[slot] : later.then(() => held.values[slot])
    }
  }

  /** The slot of a name, for what writes it directly (`result`, `exception`). */
  slotOf(name: string): number {
    const known = this.#slots.get(name)
    if (known !== undefined) return known
    const slot = this.#template.push(EMPTY) - 1
    this.#slots.set(name, slot)
    return slot
  }

  #fillsFor(injectable: Injectable): Fill<Held>[] {
    checkReadable(injectable, this.#sources.faults)
    this.#path.push(describe(injectable))
    const fills: Fill<Held>[] = []
    for (const { name, optional } of injectable.needs) {
      if (optional && this.#sources.find(name) === undefined) continue
      const fill = this.#fill(name, injectable, !optional)
      if (fill !== undefined) fills.push(fill)
    }
    this.#path.pop()
    return fills
  }

  #fill(name: string, asker: Injectable, mustBePresent: boolean): Fill<Held> | undefined {
    const provider = this.#sources.find(name)
    if (provider === undefined) {
      this.#faultMissing(name, asker)
      return undefined
    }
    const fill = this.#fills.get(name) ?? this.#make(name, provider)
    const absent = provider.source === 'declared' ? provider.absent : undefined
    if (!mustBePresent || absent === undefined) return fill
    return fillPresent(fill, this.slotOf(name), absent)
  }

  #make(name: string, provider: Provider<Held>): Fill<Held> {
    const slot = this.slotOf(name)
    // Stands in while the provider's own needs are resolved; a circle is a fault, so it never runs.
    this.#fills.set(name, () => undefined)
    const fill = this.#fillFrom(provider, slot)
    this.#fills.set(name, fill)
    return fill
  }

  #fillFrom(provider: Provider<Held>, slot: number): Fill<Held> {
    if (provider.source === 'fixed') {
      this.#template[slot] = provider.value
      return () => undefined
    }
    if (provider.source === 'native') return fillRequest(slot, [], provider.read)
    if (provider.scope === 'session' && this.#sources.session !== undefined) {
      return fillFromSession(this.#sources.session, provider, slot, this.#template)
    }
    if (this.#isCircle(provider)) return () => undefined
    const needs = this.#fillsFor(provider.make)
    return this.#sources.session === undefined
      ? fillSession(slot, needs, makerOf(provider), provider.ttl)
      : fillRequest(slot, needs, makerOf(provider))
  }

  #isCircle(provider: DeclaredProvider): boolean {
    const circle = circleFrom(provider, this.#sources.find)
    if (circle === undefined) return false
    // One circle is one fault, whichever of its members was met first.
    const first = circle.indexOf(circle.toSorted()[0] as string)
    const turned = [...circle.slice(first), ...circle.slice(0, first + 1)]
    const begins = this.#sources.find(turned[0] as string)
    const { label, place } = begins?.source === 'declared' ? begins.make : provider.make
    this.#sources.faults.add(
      `${label}: it needs itself`,
      place,
      `circle:       ${turned.join(' → ')}`,
      'take one of them out of the circle, or let one take what they share from a third',
    )
    return true
  }

  #faultMissing(name: string, asker: Injectable): void {
    const { faults, known, session } = this.#sources
    const all = new Set(known())
    // A name of another station, such as a renderer's, is no advice for itself.
    const here = all.delete(name) ? ' here' : session === undefined ? ' to the session' : ''
    const names = [...all].sort()
    const way = this.#path.length > 1 ? [`asked for by: ${this.#path.join(' → ')}`] : []
    const limit = session === undefined ? ['the session cannot use what only a request has'] : []
    faults.add(
      `${asker.label}: nothing provides "${name}"${here}`,
      asker.place,
      ...way,
      `provided:     ${names.join(', ') || '(nothing)'}`,
      ...limit,
      ...didYouMean(name, names),
    )
  }
}

/** The names of a circle through `start`, each once, when there is one. */
function circleFrom<Held>(
  start: DeclaredProvider,
  find: (name: string) => Provider<Held> | undefined,
): readonly string[] | undefined {
  const seen = new Set<DeclaredProvider>()
  function follow(provider: DeclaredProvider, path: readonly string[]): readonly string[] | undefined {
    for (const { name } of provider.make.needs) {
      const next = find(name)
      // Session values are planned apart: they see other providers under the same names.
      if (next?.source !== 'declared' || next.scope !== start.scope) continue
      if (next === start) return path
      if (seen.has(next)) continue
      seen.add(next)
      const found = follow(next, [...path, name])
      if (found !== undefined) return found
    }
    return undefined
  }
  return follow(start, [start.name])
}

/** Fills every slot that a function needs; those that take time run side by side. */
function fillAll<Held>(fills: readonly Fill<Held>[], held: Held): Promise<void> | undefined {
  let waiting: Promise<void>[] | undefined
  try {
    for (const fill of fills) {
      const later = fill(held)
      if (later !== undefined) (waiting ??= []).push(later)
    }
  } catch (error) {
    if (waiting === undefined) throw error
    // What was begun is waited for, so that it can be closed.
    return Promise.allSettled(waiting).then(() => Promise.reject(error))
  }
  if (waiting === undefined) return undefined
  return waiting.length === 1 ? waiting[0] : settle(waiting)
}

async function settle(waiting: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(waiting)) {
    if (result.status === 'rejected') throw result.reason
  }
}

type Maker<Held> = (held: Held) => unknown

function fillRequest<Held extends Holder>(
  slot: number,
  needs: readonly Fill<Held>[],
  make: Maker<Held>,
): Fill<Held> {
  function fail(held: Held, error: unknown): never {
    held.values[slot] = new Failed(error)
    throw error
  }

  function makeNow(held: Held): Promise<void> | undefined {
    let value: unknown
    try {
      value = make(held)
    } catch (error) {
      return fail(held, error)
    }
    if (!isThenable(value)) {
      held.values[slot] = value
      return undefined
    }
    return Promise.resolve(value).then(
      (later) => void (held.values[slot] = later),
      (error) => fail(held, error),
    )
  }

  // One promise a provider, whatever it waits for: each more costs a small POST 0.2 %.
  function start(held: Held): Promise<void> | undefined {
    let waiting: Promise<void> | undefined
    try {
      waiting = needs.length === 0 ? undefined : fillAll(needs, held)
    } catch (error) {
      return fail(held, error)
    }
    const done =
      waiting === undefined
        ? makeNow(held)
        : waiting.then(
            () => makeNow(held),
            (error) => fail(held, error),
          )
    if (done !== undefined) held.values[slot] = new Pending(done)
    return done
  }

  return (held) => {
    const value = held.values[slot]
    if (value === EMPTY) return start(held)
    if (value instanceof Pending) return value.done
    if (value instanceof Failed) throw value.error
    return undefined
  }
}

/** As for a request, but a failed opening is not kept, and a value with a time to live is renewed. */
function fillSession<Held extends Holder>(
  slot: number,
  needs: readonly Fill<Held>[],
  make: Maker<Held>,
  ttl: number | undefined,
): Fill<Held> {
  let expires = Number.POSITIVE_INFINITY
  // The time counts from when the value is there: one that is long in the making is not old at once.
  function made(value: unknown): unknown {
    if (ttl !== undefined) expires = performance.now() + ttl
    return value
  }
  const fill = fillRequest(slot, needs, (held) => {
    const value = make(held)
    return isThenable(value) ? value.then(made) : made(value)
  })

  return (held) => {
    const value = held.values[slot]
    const isOld = ttl !== undefined && !(value instanceof Pending) && performance.now() >= expires
    if (isOld || value instanceof Failed) held.values[slot] = EMPTY
    return fill(held)
  }
}

function fillFromSession<Held extends Holder>(
  session: SessionValues,
  provider: DeclaredProvider,
  slot: number,
  template: unknown[],
): Fill<Held> {
  const { fill, slot: cell } = session.open(provider)
  function take(held: Held): void {
    const value = session.values[cell]
    held.values[slot] = value
    // From now on every request begins with the value in its slot.
    if (provider.ttl === undefined) template[slot] = value
  }

  return fillRequest<Held>(slot, [], (held) => {
    const later = fill(session)
    if (later !== undefined) return later.then(() => session.values[cell])
    take(held)
    return session.values[cell]
  })
}

function fillPresent<Held extends Holder>(
  fill: Fill<Held>,
  slot: number,
  absent: (value: unknown) => unknown,
): Fill<Held> {
  function check(held: Held): void {
    const error = absent(held.values[slot])
    if (error !== undefined) throw error
  }

  return (held) => {
    const later = fill(held)
    if (later !== undefined) return later.then(() => check(held))
    check(held)
    return undefined
  }
}

/** Calls the provider; a generator is run to its `yield` and noted for closing. */
function makerOf<Held extends Holder>(provider: DeclaredProvider): Maker<Held> {
  const { make, refine } = provider
  if (make.kind === 'generator') return generatorMaker(provider)
  if (refine === undefined) return (held) => make.run(held.context)
  return (held) => {
    const value = make.run(held.context)
    return isThenable(value) ? value.then(refine) : refine(value)
  }
}

function generatorMaker<Held extends Holder>({ name, make, close }: DeclaredProvider): Maker<Held> {
  return (held) => {
    const generator = make.run(held.context) as Generator | AsyncGenerator
    function opened(step: IteratorResult<unknown>): unknown {
      if (step.done === true) {
        throw new Error(`Cannot open the provider "${name}": its generator ended without a yield`)
      }
      const opening = { name, generator, close }
      if (held.closeLate === undefined) (held.opened ??= []).push(opening)
      else held.closeLate(opening)
      return step.value
    }
    const step = generator.next()
    return isThenable(step) ? step.then(opened) : opened(step)
  }
}
