// error: Type '"clok"' is not assignable to type '"body" | "bytesBody" | "clock" | "cookies" | "cspNonce" | "formBody" | "jsonBody" | "language" | "logger" | "multipartBody" | "parsedBody" | "pathParams" | "queryParams" | "request" | ... 5 more ... | "traceId"'. Did you mean '"clock"'?

import { inject, RestApplication } from 'restmachine'

const app = new RestApplication().dependency('clock', () => Date.now)

app.get(
  '/',
  inject(['clok'], (given) => given.clock()), // <-- here
)
