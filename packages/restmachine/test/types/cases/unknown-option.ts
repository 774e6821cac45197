// error: Object literal may only specify known properties, but 'bypassStateMachin' does not exist in type 'RouteOptions<Given<BuiltIns> & PathParameters<"/">, number>'. Did you mean to write 'bypassStateMachine'?

import { RestApplication } from 'restmachine'

new RestApplication().get('/', () => 1, { bypassStateMachin: true }) // <-- here
