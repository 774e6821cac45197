import { type FieldGroup, union } from '../http/exchange.ts'
import type { RequestLimits, Run, UsualMessage } from './run.ts'

/**
 * What has to be there for a question to matter. Where it is not, the answer is known, and so are those of
 * the rows behind it that hang on the same: one look settles them all.
 */
export interface Gate {
  isOpen(run: Run): boolean
}

/** Open where a field of the group may have come. */
export class FieldGate implements Gate {
  readonly group: FieldGroup

  constructor(group: FieldGroup) {
    this.group = group
  }

  isOpen({ exchange }: Run): boolean {
    return exchange.has(this.group)
  }
}

/** Open where the message is longer than it may be, or meant for a host that nobody has looked at yet. */
export class MessageGate implements Gate, UsualMessage {
  readonly #limits: RequestLimits
  /** Nearly every request brings the same value; one is remembered, so that it costs a comparison. */
  knownHost: string | undefined = undefined

  constructor(limits: RequestLimits) {
    this.#limits = limits
  }

  isOpen({ exchange }: Run): boolean {
    const host = exchange.header('host')
    return (
      (host !== this.knownHost && host !== undefined) ||
      exchange.target.length > this.#limits.uri ||
      exchange.fieldCount > this.#limits.fields
    )
  }
}

/** Open where the result is not just data to be written. */
export const RESULT_GATE: Gate = { isOpen: ({ isData, missing }) => !isData || missing }

/** Open where one of them is. Fields are looked for together. */
export function either(gates: readonly Gate[]): Gate {
  const fields = gates.filter((gate) => gate instanceof FieldGate)
  const group = fields.map((gate) => gate.group).reduce(union, NO_FIELDS)
  const others = new Set(gates.filter((gate) => !(gate instanceof FieldGate)))
  return others.size === 0 ? new FieldGate(group) : new JoinedGate([...others], group)
}

/** Open where one of several is. It is a class for the engine, which makes one piece of this and of who looks. */
class JoinedGate implements Gate {
  readonly #others: readonly Gate[]
  readonly #group: FieldGroup

  constructor(others: readonly Gate[], group: FieldGroup) {
    this.#others = others
    this.#group = group
  }

  isOpen(run: Run): boolean {
    if (run.exchange.has(this.#group)) return true
    for (const gate of this.#others) if (gate.isOpen(run)) return true
    return false
  }
}

const NO_FIELDS: FieldGroup = { mask: 0 }
