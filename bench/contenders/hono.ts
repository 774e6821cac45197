import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { entries, findUser, findViewer, greet, openStore, openTenant } from '../domain.ts'
import { Item } from '../item.ts'
import { announce } from './announce.ts'

const app = new Hono()

app.get('/api/data', (context) => context.json(greet()))

// Hono has no injection of its own; calling by hand is the fastest way it offers.
app.get('/users/:userId', (context) => {
  const store = openStore(openTenant())
  return context.json(findUser(store, findViewer(store), context.req.param('userId')))
})

app.post('/items', async (context) => {
  const checked = Item.safeParse(await context.req.json())
  return checked.success ? context.json(checked.data, 201) : context.json({ error: 'not an item' }, 422)
})

app.get('/etag', (context) => {
  context.header('etag', '"v1"')
  return context.req.header('if-none-match') === '"v1"' ? context.body(null, 304) : context.json(greet())
})

app.get('/list', (context) => context.json(entries))

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => announce(port))
