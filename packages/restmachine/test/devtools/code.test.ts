import fc from 'fast-check'
import { assert, describe, it } from 'vitest'
import { callsIn, keysOf, readCode, textsIn } from '../../src/devtools/code.ts'

function callsOf(source: string): readonly string[] {
  return callsIn(readCode(source)).map(({ name, on, isNew, given }) => {
    const texts = given.map((tokens) => tokens.map(({ text }) => text).join(' '))
    return `${isNew ? 'new ' : ''}${on === '' ? '' : `${on}.`}${name}(${texts.join('; ')})`
  })
}

describe('callsIn', () => {
  it('finds calls with what they stand on and what they are given', () => {
    assert.deepEqual(callsOf('({ db }) => db.users.find({ a: 1, b: [1, 2] }, sort(x), "a, b")'), [
      'db.users.find({ a : 1 , b : [ 1 , 2 ] }; sort ( x ); "a, b")',
      'sort(x)',
    ])
    assert.deepEqual(callsOf('({ db }) => db?.query?.("x").all()'), ['db.query("x")', '….all()'])
  })

  it('finds objects that are made, with and without parentheses', () => {
    assert.deepEqual(callsOf('() => new Pool({ max: 2 })'), ['new Pool({ max : 2 })'])
    assert.deepEqual(callsOf('() => [new pg.Pool, new Client]'), ['new pg.Pool()', 'new Client()'])
  })

  it('finds calls as bundlers write them', () => {
    assert.deepEqual(callsOf('() => (0, fs.readFileSync)("a")'), ['fs.readFileSync("a")'])
    assert.deepEqual(callsOf('() => (1, run)("a")'), [])
  })

  it('takes neither the function itself nor what is only defined or written in comments for a call', () => {
    assert.deepEqual(callsOf('async function createPool({ db }) { function inner() {} }'), [])
    assert.deepEqual(callsOf('async get({ db }) { /* run() */ return db // run()\n }'), [])
    assert.deepEqual(callsOf('() => "run()" + `run()` + /run()/.source'), [])
  })

  it('finds what default values call', () => {
    assert.deepEqual(callsOf('({ pool = createPool(1) }) => pool'), ['createPool(1)'])
  })

  it('reads back the calls that were written', () => {
    const word = fc
      .stringMatching(/^[a-z]{3,8}$/)
      .filter((text) => !/^(?:new|for|let|var|get|set)$/.test(text))
    const call = fc.record({
      path: fc.array(word, { minLength: 1, maxLength: 3 }),
      given: fc.array(fc.nat(9)),
    })
    const isPlain = ({ path }: { path: readonly string[] }): boolean => {
      try {
        Function(`(() => { let ${path[0]} })`)
        return true
      } catch {
        return false // a word of the language
      }
    }
    fc.assert(
      fc.property(fc.array(call.filter(isPlain)), (calls) => {
        const written = calls.map(
          ({ path, given }) => `${path.join('.')}(${given.join('; ').replaceAll(';', ',')})`,
        )
        const expected = calls.map(({ path, given }) => `${path.join('.')}(${given.join('; ')})`)
        assert.deepEqual(callsOf(`() => { ${written.join('\n')} }`), expected)
      }),
    )
  })

  it('never throws, whatever stands there, and takes no longer than the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'(){}[],.`/\'"$; ab0=>\n') }), (text) => {
        for (const { given } of callsIn(readCode(text))) given.map(keysOf)
      }),
    )
    const start = performance.now()
    callsIn(readCode(`() => ${'f('.repeat(2_000)}${')'.repeat(2_000)}`))
    assert.isBelow(performance.now() - start, 2_000)
  })
})

describe('readCode', () => {
  it('leaves comments out, and keeps the whole source where it cannot be sure', () => {
    assert.equal(readCode('() => 1 // signal').text, '( ) => 1')
    const unsure = '() => { {} /signal/.test(x) }'
    assert.equal(readCode(unsure).text, unsure)
  })

  it('gives what stands in strings and templates', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of one.
    assert.deepEqual(textsIn(readCode('() => run("a", \'b\', `c ${d}`)')), ['a', 'b', 'c ${d}'])
  })
})

describe('keysOf', () => {
  const keys = (text: string): readonly string[] | undefined => keysOf(readCode(text).tokens)

  it('gives the keys of an object that is written out', () => {
    assert.deepEqual(keys("{ a: 1, 'b-c': { d: 2 }, e }"), ['a', 'b-c', 'e'])
    assert.deepEqual(keys('{}'), [])
    assert.deepEqual(keys('{ a: 1, }'), ['a'])
  })

  it('gives nothing where there may be others', () => {
    assert.isUndefined(keys('{ ...more, a: 1 }'))
    assert.isUndefined(keys('{ [name]: 1 }'))
    assert.isUndefined(keys('options'))
    assert.isUndefined(keys('{ a: 1 }.b'))
  })
})
