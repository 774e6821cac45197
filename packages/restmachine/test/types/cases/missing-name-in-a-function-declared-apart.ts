// error: Argument of type '({ clock }: { clock: Clock; }) => number' is not assignable to parameter of type '(given: Given<BuiltIns & Record<"pool", number>> & PathParameters<"/time">) => number'.
//   Types of parameters '__0' and 'given' are incompatible.
//     Property 'clock' is missing in type 'Given<BuiltIns & Record<"pool", number>> & PathParameters<"/time">' but required in type '{ clock: Clock; }'.

import { RestApplication } from 'restmachine'

interface Clock {
  now(): number
}
function time({ clock }: { clock: Clock }) {
  return clock.now()
}

new RestApplication().onStartup('pool', () => 1).get('/time', time) // <-- here
