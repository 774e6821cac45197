// error: Property 'userID' does not exist on type 'Given<BuiltIns> & PathParameters<"/users/{userId}">'.

import { RestApplication } from 'restmachine'

new RestApplication().get('/users/{userId}', ({ userID }) => userID) // <-- here
