import { inject, RestApplication, Router } from 'restmachine'
import { describe, expect, it } from 'vitest'
import { askJson, startFault } from './asking.ts'

/** The first line of each fault at the start. */
async function faultsOf(app: { startup(): Promise<void> }): Promise<readonly string[]> {
  return (await startFault(app)).match(/(?<=^\d+\. +)\S.*/gm) ?? []
}

/** Asks for names of which the compiler is not to know. */
function asking(...names: readonly string[]): () => unknown {
  return inject(names as never[], (given: object) => Object.keys(given)) as () => unknown
}

describe('routes that ask for the same', () => {
  it('have the same faults, each under its own name', async () => {
    const app = new RestApplication()
      .get('/a', asking('clok'))
      .get('/b', asking('clok'))
      .post('/b', asking('clok'))
    expect(await faultsOf(app)).toEqual([
      'GET /a: nothing provides "clok"',
      'GET /b: nothing provides "clok"',
      'POST /b: nothing provides "clok"',
    ])
  })

  it('are told apart by their parameters', async () => {
    const app = new RestApplication()
      .get('/one/{id}', asking('id'))
      .get('/two/{id}', asking('id'))
      .get('/three/{key}', asking('id'))
      .get('/four', asking('id'))
    expect(await faultsOf(app)).toEqual([
      'GET /three/{key}: nothing provides "id"',
      'GET /four: nothing provides "id"',
    ])
  })

  it('are told apart by what they can do without', async () => {
    const app = new RestApplication()
      .get('/a', (({ clok = 1 }) => clok) as () => unknown)
      .get('/b', asking('clok'))
    expect(await faultsOf(app)).toEqual(['GET /b: nothing provides "clok"'])
  })

  it('are told apart by whether their names can be read', async () => {
    const unreadable = (() => 1).bind(null)
    const app = new RestApplication().get('/a', () => 1).get('/b', unreadable)
    expect(await faultsOf(app)).toEqual(['GET /b: cannot read the names it asks for'])
  })

  it('are told apart by their layers', async () => {
    const app = new RestApplication()
      .mount('/a', new Router().dependency('clock', () => 1).get('/', asking('clock')))
      .mount('/b', new Router().get('/', asking('clock')))
      .resource('/c', (c) => c.dependency('clock', () => 1).get(asking('clock')))
    expect(await faultsOf(app)).toEqual(['GET /: nothing provides "clock"'])
  })

  it('are told apart by their options', async () => {
    const app = new RestApplication()
      .authorized('user', () => ({ name: 'Ada' }))
      .get('/a', asking('user'))
      .get('/b', asking('user'), { skipAuthCheck: true })
      .get('/c', asking('user'), { bypassStateMachine: true })
      .get('/d', () => 1, { bypassStateMachine: true })
      .get('/e', () => 1, {})
    const faults = await faultsOf(app)
    expect(faults).toEqual([
      'GET /b: skipAuthCheck, yet it uses "user", which only the check makes safe',
      'GET /d: bypassStateMachine passes by authorized, which guards it',
    ])
  })

  it('answer each for itself', async () => {
    const app = new RestApplication()
      .get('/one/{id}', ({ id }) => ({ one: id }))
      .get('/two/{id}', ({ id }) => ({ two: id }))
    expect(await askJson(app, '/one/1')).toEqual({ one: '1' })
    expect(await askJson(app, '/two/2')).toEqual({ two: '2' })
  })
})
