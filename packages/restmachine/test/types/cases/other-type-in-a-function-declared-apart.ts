// error: Argument of type '({ clock }: { clock: Clock; }) => number' is not assignable to parameter of type '(given: Given<BuiltIns & Record<"clock", number>> & PathParameters<"/time">) => number'.
//   Types of parameters '__0' and 'given' are incompatible.
//     Type 'Given<BuiltIns & Record<"clock", number>> & PathParameters<"/time">' is not assignable to type '{ clock: Clock; }'.
//       Types of property 'clock' are incompatible.
//         Type 'number' is not assignable to type 'Clock'.

import { RestApplication } from 'restmachine'

interface Clock {
  now(): number
}
function time({ clock }: { clock: Clock }) {
  return clock.now()
}

new RestApplication().dependency('clock', () => 42).get('/time', time) // <-- here
