import { didYouMean, type Faults } from './faults.ts'
import {
  type Cell,
  type Fill,
  fillFromSession,
  fillPresent,
  fillRequest,
  fillSession,
  makerOf,
  type SessionValues,
  together,
} from './filling.ts'
import { checkReadable, describe, type Injectable } from './injectable.ts'
import type { DeclaredProvider, Provider } from './provider.ts'
import { type ContextMaker, contextMaker, EMPTY, type Holder, NOTHING_ASKED } from './slots.ts'
import type { Watch } from './timing.ts'

/** Calls a function of the user once all it needs is there. */
export type Invoke<Held> = (held: Held) => unknown

/** What a plan resolves names with. */
export interface PlanSources<Held> {
  /** What provides a name here: the innermost layer that does. */
  readonly find: (name: string) => Provider<Held> | undefined
  /** All names there are, for advice. */
  readonly known: () => Iterable<string>
  /** Where session values live; `undefined` when this is the plan of the session itself. */
  readonly session: SessionValues | undefined
  readonly faults: Faults
  /** Puts a clock around what makes values; `undefined` when nobody asks for times. */
  readonly watch?: Watch<Held> | undefined
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

  /** Makes the objects that functions destructure; to be asked for when the plan is complete. */
  contextMaker(): ContextMaker {
    return contextMaker(this.#slots)
  }

  /** A function that calls `injectable` with what it needs; `name` is what its time is told under, where times are taken. */
  invoker(injectable: Injectable, name?: string): Invoke<Held> {
    const { run } = injectable
    const { watch } = this.#sources
    if (watch !== undefined && name !== undefined) {
      const call = watch(name, ({ context }) => run(context))
      const fill = this.filler(injectable)
      return (held) => {
        const later = fill(held)
        return later === undefined ? call(held) : later.then(() => call(held))
      }
    }
    const fills = this.#fillsFor(injectable)
    if (injectable.needs.length === 0) return () => run(NOTHING_ASKED)
    if (fills.length === 0) return (held) => run(held.context)
    const fill = together(fills)
    return (held) => {
      const later = fill(held)
      return later === undefined ? run(held.context) : later.then(() => run(held.context))
    }
  }

  /** A function that fills what `injectable` needs, and calls nothing. */
  filler(injectable: Injectable): Fill<Held> {
    return together(this.#fillsFor(injectable))
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
    const { session, watch } = this.#sources
    if (provider.source === 'native') {
      return fillRequest(slot, [], watch?.(provider.name, provider.read, true) ?? provider.read)
    }
    if (provider.scope === 'session' && session !== undefined) {
      return fillFromSession(session, provider, slot, this.#template, watch)
    }
    if (this.#isCircle(provider)) return () => undefined
    const needs = this.#fillsFor(provider.make)
    const make: Invoke<Held> = makerOf(provider)
    return session === undefined
      ? fillSession(slot, needs, make, provider.ttl)
      : fillRequest(slot, needs, watch?.(provider.name, make) ?? make)
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
