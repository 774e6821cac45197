import { nearest } from '../text/nearest.ts'
import { formatPlace, type Place } from './place.ts'

/** One thing that is wrong with a declaration. */
export interface DeclarationFault {
  /** The action that failed, colon, the facts: `GET /books/{id}: nothing provides "clok"`. */
  readonly message: string
  /** Further lines: who asked, what is there, what to do. */
  readonly lines: readonly string[]
  /** Where it was declared. */
  readonly place: Place | undefined
}

/**
 * Thrown when an application starts and its declaration does not hold together. It lists every fault
 * at once, each with its place and the mend.
 */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError'
  readonly faults: readonly DeclarationFault[]

  constructor(faults: readonly DeclarationFault[]) {
    super(
      `Cannot start the application: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n${faults.map(format).join('\n')}`,
    )
    this.faults = faults
  }
}

function format(fault: DeclarationFault, index: number): string {
  const place = fault.place === undefined ? [] : [`declared at:  ${formatPlace(fault.place)}`]
  const lines = [...fault.lines, ...place].map((line) => `     ${line}`)
  return [`${`${index + 1}.`.padEnd(4)} ${fault.message}`, ...lines].join('\n')
}

/** Collects the faults of a declaration, each once: a provider that 400 routes share is reported once. */
export class Faults {
  readonly #found = new Map<string, DeclarationFault>()
  #told = 0

  /** How often something was found wrong, also what was known already. */
  get told(): number {
    return this.#told
  }

  add(message: string, place: Place | undefined, ...lines: readonly string[]): void {
    this.#told++
    const key = `${message} ${formatPlace(place)}`
    if (!this.#found.has(key)) this.#found.set(key, { message, lines, place })
  }

  /** @throws {DeclarationError} When there is any. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw new DeclarationError([...this.#found.values()])
  }
}

/** The known name nearest to what was written, as a line of advice; nothing when none is near. */
export function didYouMean(written: string, known: Iterable<string>): readonly string[] {
  const best = nearest(written, known)
  return best === undefined ? [] : [`did you mean "${best}"?`]
}
