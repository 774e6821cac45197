import { stringifyJson } from '../../../packages/restmachine/src/representation/json.ts'
import { RouteTable } from '../../../packages/restmachine/src/routing/route-table.ts'
import { parseTemplate } from '../../../packages/restmachine/src/routing/template.ts'
import { entries, greet } from '../../domain.ts'
import { createApplication, OTHER_ROUTES } from '../applications.ts'
import type { Operation } from '../slices.ts'
import { request } from './requests.ts'

/**
 * What the parts of a request cost. Where a part can stand alone it is called alone; where it cannot, there are two whole
 * requests that differ in it, named `with …` and `without …`, and {@link differences} subtracts them.
 */
export function parts(): readonly Operation[] {
  const app = createApplication()
  // Both write JSON: what is compared is the choice.
  const accept = { accept: 'text/html;q=0.5, application/json' }
  const table = routeTable()
  return [
    { name: `routing: static path among ${OTHER_ROUTES}`, run: () => table.find('GET', '/things150') },
    { name: `routing: one parameter among ${OTHER_ROUTES}`, run: () => table.find('GET', '/things150/7') },
    { name: 'JSON: small object', run: () => stringifyJson(greet()) },
    { name: 'JSON: 10 KB list', run: () => stringifyJson(entries) },
    request(app, 'with injection of three dependencies', '/users/42', {}, 200),
    request(app, 'without injection of three dependencies', '/by-hand/42', {}, 200),
    request(app, 'with negotiation of two types', '/either', accept, 200),
    request(app, 'without negotiation of two types', '/either', {}, 200),
    request(app, 'with a condition that does not hold', '/etag', { 'if-none-match': '"v0"' }, 200),
    request(app, 'without a condition that does not hold', '/etag', {}, 200),
  ]
}

/** What each `with …` costs more than its `without …`; everything else as it is. */
export function differences(nanoseconds: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const told: Record<string, number> = {}
  for (const [name, value] of Object.entries(nanoseconds)) {
    const less = nanoseconds[name.replace(/^with /, 'without ')]
    if (name.startsWith('with ') && less !== undefined) told[name.slice('with '.length)] = value - less
    else if (!name.startsWith('without ')) told[name] = value
  }
  return told
}

function routeTable(): RouteTable<number> {
  const table = new RouteTable<number>()
  for (let index = 0; index < OTHER_ROUTES / 2; index++) {
    table.add('GET', parseTemplate(`/things${index}`), index)
    table.add('GET', parseTemplate(`/things${index}/{thingId}`), index)
  }
  return table
}
