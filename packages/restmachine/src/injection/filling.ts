import type { DeclaredProvider } from './provider.ts'
import { EMPTY, Failed, type Holder, NOTHING_ASKED, Pending } from './slots.ts'
import { isThenable } from './thenable.ts'
import type { Watch } from './timing.ts'

/** Sees to it that one slot is filled; `undefined` when it is already, else a promise of it. */
export type Fill<Held> = (held: Held) => Promise<void> | undefined

/** Where a value stands, and what puts it there. */
export interface Cell<Held> {
  readonly fill: Fill<Held>
  readonly slot: number
}

/** What holds the session values, as a plan for requests sees it. */
export interface SessionValues extends Holder {
  open(provider: DeclaredProvider): Cell<SessionValues>
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

/** Fills several slots as one: most functions need one, and to go through a list for that costs a provider 10 ns. */
export function together<Held>(fills: readonly Fill<Held>[]): Fill<Held> {
  const [only, ...others] = fills
  if (only === undefined) return () => undefined
  return others.length === 0 ? only : (held) => fillAll(fills, held)
}

async function settle(waiting: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(waiting)) {
    if (result.status === 'rejected') throw result.reason
  }
}

type Maker<Held> = (held: Held) => unknown

/** Fills a slot of a request: its provider is asked once, and who asks meanwhile waits for the same answer. */
export function fillRequest<Held extends Holder>(
  slot: number,
  needs: readonly Fill<Held>[],
  make: Maker<Held>,
): Fill<Held> {
  const fillNeeds = together(needs)

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
      waiting = needs.length === 0 ? undefined : fillNeeds(held)
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
export function fillSession<Held extends Holder>(
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

/** Takes the value of a session slot over into a slot of the request. */
export function fillFromSession<Held extends Holder>(
  session: SessionValues,
  provider: DeclaredProvider,
  slot: number,
  template: unknown[],
  watch?: Watch<Held>,
): Fill<Held> {
  const { fill, slot: cell } = session.open(provider)
  function take(held: Held): void {
    const value = session.values[cell]
    held.values[slot] = value
    // From now on every request begins with the value in its slot.
    if (provider.ttl === undefined) template[slot] = value
  }

  function read(held: Held): unknown {
    const later = fill(session)
    if (later !== undefined) return later.then(() => session.values[cell])
    take(held)
    return session.values[cell]
  }

  return fillRequest<Held>(slot, [], watch?.(provider.name, read, true) ?? read)
}

/** Fills a slot for somebody who needs the value to be there: a decision's value that is not there refuses. */
export function fillPresent<Held extends Holder>(
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
export function makerOf<Held extends Holder>(provider: DeclaredProvider): Maker<Held> {
  const { make, refine } = provider
  if (make.kind === 'generator') return generatorMaker(provider)
  if (refine === undefined) {
    return make.needs.length === 0 ? () => make.run(NOTHING_ASKED) : (held) => make.run(held.context)
  }
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
