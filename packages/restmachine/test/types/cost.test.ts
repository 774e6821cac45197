import { assert, describe, it } from 'vitest'
import { type Compilation, compile, createProject } from './compiler.ts'

/** Lines that continue `new RestApplication()`: each value is made from the one before. */
function providers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    index === 0
      ? `.dependency('value0', () => ({ id: 0, text0: '' }))`
      : `.dependency('value${index}', ({ value${index - 1} }) => ({ id: value${index - 1}.id, text${index}: '' }))`,
  )
}

/** Routes that use a value and a parameter of the path, with a renderer typed by the handler's result. */
function routes(count: number, values: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const value = index % values
    const handler = `({ value${value}, thingId }) => ({ thingId, text: value${value}.text${value} })`
    const renderer = '({ result }) => result.text + result.thingId'
    return `.get('/things${index}/{thingId}', ${handler}, { provides: { 'text/html': ${renderer} } })`
  })
}

/** Resources with a named decision that all their handlers use. */
function resources(count: number, values: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const value = `value${index % values}`
    return `.resource('/things${index}/{thingId}', (thing) => thing
      .resourceExists('thing', ({ ${value}, thingId }) => thingId === '' ? undefined : { thingId, of: ${value}.id })
      .etag(({ thing }) => thing.of)
      .get(({ thing }) => thing, { provides: { 'text/html': ({ result }) => result.thingId } })
      .delete(({ thing, ${value} }) => void [thing.thingId, ${value}.id]))`
  })
}

function write(name: string, ...calls: readonly (readonly string[])[]): string {
  const program = ['export const app = new RestApplication()', ...calls.flat()].join('\n')
  return createProject(name, { 'app.mts': `import { RestApplication } from 'restmachine'\n\n${program}\n` })
}

/** The quickest of three: what else the machine does can only make a run slower. */
async function quickest(project: string): Promise<Compilation> {
  const runs = [await compile(project), await compile(project), await compile(project)]
  return runs.reduce((best, next) => (next.checkTime < best.checkTime ? next : best))
}

describe('the compiler checks', () => {
  it('50 providers and 400 routes in less than two seconds', async () => {
    const { errors, checkTime, instantiations } = await quickest(
      write('routes', providers(50), routes(400, 50)),
    )
    assert.deepEqual(errors, [])
    assert.isBelow(checkTime, 2)
    assert.isBelow(instantiations, 500_000)
  }, 120_000)

  it('50 providers and 200 resources in less than two seconds', async () => {
    const { errors, checkTime, instantiations } = await quickest(
      write('resources', providers(50), resources(200, 50)),
    )
    assert.deepEqual(errors, [])
    assert.isBelow(checkTime, 2)
    assert.isBelow(instantiations, 700_000)
  }, 120_000)

  it('200 providers and 400 routes without giving up (TS2589)', async () => {
    const { errors, instantiations } = await compile(write('many', providers(200), routes(400, 200)))
    assert.deepEqual(errors, [])
    assert.isBelow(instantiations, 1_800_000)
  }, 120_000)

  it('and finds a mistake at the end of such a program', async () => {
    const mistake = `.get('/mistake', ({ value200 }) => value200)`
    const { errors } = await compile(write('mistake', providers(200), routes(400, 200), [mistake]))
    assert.deepEqual(
      errors.map(({ line, message }) => `${line}: ${message.slice(0, 38)}`),
      [`604: Property 'value200' does not exist on `],
    )
  }, 120_000)
})
