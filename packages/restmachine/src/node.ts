export { type Servable, type ServeOptions, type Serving, serve } from './server/serve.ts'
