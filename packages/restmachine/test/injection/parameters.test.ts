// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are sources, and some hold templates
import fc from 'fast-check'
import { minifySync, transformWithOxc } from 'vite'
import { describe, expect, it } from 'vitest'
import { type AnyFunction, type Refusal, readParameters } from '../../src/injection/parameters.ts'
import { compiled, evaluate, forms, oddForms } from './parameter-forms.ts'

/** The names read, those with a default marked by `?`, or the reason of the refusal. */
function read(fn: AnyFunction): readonly string[] | string {
  const reading = readParameters(fn)
  if ('refused' in reading) return reading.refused
  return reading.names.map(({ name, optional }) => (optional ? `${name}?` : name))
}

function refusal(text: string): Refusal {
  const reading = readParameters(evaluate(text))
  if ('refused' in reading) return reading
  throw new Error(`It was read: ${JSON.stringify(reading.names)}`)
}

/** Whether a variable may bear the name, in any kind of function. */
function isBindable(name: string): boolean {
  try {
    new Function(`'use strict'; async function* f(${name}) {}`)
    return true
  } catch {
    return false
  }
}

describe('readParameters', () => {
  it.each(Object.entries(forms))('reads or refuses the form %s', (_name, { text, expected }) => {
    expect(read(evaluate(text))).toEqual(expected)
  })

  it.each(oddForms)('reads or refuses %s', (_what, text, expected) => {
    expect(read(evaluate(text))).toEqual(expected)
  })

  it('takes the source from the function, not from a toString of its own', () => {
    const fn = Object.assign(({ db }: { db: unknown }) => db, { toString: () => '({ user }) => user' })
    expect(read(fn)).toEqual(['db'])
  })

  it('reads the parameter list only, however long the body is', () => {
    const body = 'if (a) { b(`${c}`, /"/, {}) }\n'.repeat(4000)
    const functions = [`({ db, user }) => { ${body} }`, `() => { ${body} }`, `(ctx) => { ${body} }`].map(
      (text) => evaluate(text),
    )
    const start = performance.now()
    for (let round = 0; round < 500; round++) functions.forEach(readParameters)
    expect(performance.now() - start).toBeLessThan(1000) // to read the bodies takes some 20 s
  })
})

describe('a plain arrow function', () => {
  const name = fc.stringMatching(/^[A-Za-z_$][\w$]{0,5}$/).filter(isBindable)
  const blank = fc.constantFrom('', ' ', '\n', '\n  ')
  const list = fc.tuple(fc.uniqueArray(name, { maxLength: 4 }), blank, fc.constantFrom('', ','))
  const pattern = list.map(([names, space, comma]) => {
    const last = names.length === 0 ? '' : comma
    return { names, text: `{${space}${names.join(`${space},${space}`)}${space}${last}${space}}` }
  })

  it('is read as it is with a comment in it', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom('', 'async '), fc.constantFrom('', ','), (given, async, comma) => {
        const text = `${async}(${given.text}${comma}) => 1`
        expect(read(evaluate(text))).toEqual(given.names)
        expect(read(evaluate(text.replace('(', '(/* */')))).toEqual(given.names)
      }),
    )
  })

  it.each([
    ['({ db }, next) => 1', ['db']],
    ['({ db } = {}) => 1', ['db']],
    ['({ db: { user } }) => 1', ['db']],
    ['({ db }) => __generator(this, 1)', ['db']],
    ['({ \\u0064b }) => 1', ['db']],
    ['({ db }) /* } */ => 1', ['db']],
  ])('is read, too, where it is not so plain: %s', (text, expected) => {
    expect(read(evaluate(text))).toEqual(expected)
  })
})

describe('a refusal', () => {
  it.each([
    ['({ db, ...rest }) => db', 'a rest element asks for everything', 'list the names'],
    ['(...args) => f(...args)', 'hides the names', `inject(['db'], fn)`],
    ['(ctx) => ctx.db', 'not a pattern', '({ db }) =>'],
    ['function (_a) { var db = _a.db; return db }', 'lowered to ES5', 'ES2022 or newer'],
    ['function (e) { var t = e.db; return t }', 'lowered to ES5', `inject(['db'], fn)`],
    ['function (_x) { return _ref.apply(this, arguments) }', 'passes its arguments on', 'ES2022 or newer'],
    [
      'function () { return __asyncGenerator(this, null, function* () {}) }',
      'was a generator',
      'ES2022 or newer',
    ],
    ['(() => 1).bind(null)', 'does not show its source', 'pass the function itself'],
    ['({ [a]: b }) => b', 'computed key', 'write the name out'],
    ['class {}', 'without new', 'wrap it'],
    ['([db]) => db', 'no form of function', 'plain pattern'],
  ])('of %s says the cause and the mend', (text, cause, mend) => {
    const given = refusal(text)
    expect(given.cause).toContain(cause)
    expect(given.mend).toContain(mend)
  })

  it('shows the text in one line, shortened', () => {
    expect(refusal('(ctx) => {\n  return ctx.db\n}').text).toBe('(ctx) => { return ctx.db }')
    const long = refusal(`(ctx) => ${'ctx.db + '.repeat(50)} 1`).text
    expect(long).toHaveLength(80)
    expect(long).toMatch(/^\(ctx\) => ctx\.db .*…$/)
  })

  it('shows the parameter list, also behind a long name', () => {
    const { text } = refusal(`({ ${'long'.repeat(50)}(ctx) { return ctx.db } }).${'long'.repeat(50)}`)
    expect(text).toMatch(/^…(?:long)+\(ctx\) \{ return ctx\.db \}$/)
  })
})

describe('code that went through a compiler', () => {
  const source = `collect({ ${Object.entries(forms)
    .map(([name, { text }]) => `${name}: ${text}`)
    .join(',\n')} })`

  /** The names of the forms that are refused, although they could be read as they were written. */
  function lostIn(code: string): readonly string[] {
    let built: Readonly<Record<string, AnyFunction>> = {}
    const collect = (given: typeof built) => {
      built = given
    }
    const helper = () => () => undefined // what lowered code requires; none of it is called
    new Function('collect', 'external', 'log', 'require', code)(collect, helper, helper, helper)

    expect(Object.keys(built)).toEqual(Object.keys(forms))
    return Object.entries(forms).flatMap(([name, { expected }]) => {
      const got = read(built[name] as AnyFunction)
      if (typeof got !== 'string') expect(got, name).toEqual(expected)
      return typeof got === 'string' && typeof expected !== 'string' ? [name] : []
    })
  }

  it.each<[string, readonly string[]]>([
    ['es2022', []],
    ['es2017', ['asyncGenerator']],
    ['es2015', ['asyncArrow', 'asyncFunction', 'asyncGenerator', 'usedOnce']],
  ])('is read when it was built for %s, or refused where it was lowered', async (target, lost) => {
    const { code } = await transformWithOxc(source, 'forms.js', { target })
    expect(lostIn(code)).toEqual(lost)
    expect(lostIn(minifySync('forms.js', code).code)).toEqual(lost)
  })

  it('is read when it was minified', () => {
    const { code } = minifySync('forms.js', source, { compress: true, mangle: { toplevel: true } })
    expect(code).not.toContain('database')
    expect(lostIn(code)).toEqual([])
  })

  it.each(compiled)('as it comes from %s', (_compiler, text, expected) => {
    expect(read(evaluate(text))).toEqual(expected)
  })

  it.each([
    '(a) => __async(null, [b], function* ({ db }) {})',
    '(a) => __async(null, [a.b], function* ({ db }) {})',
    '(a) => __async(null, [...a], function* ({ db }) {})',
    '(...a) => __async(null, [a], function* ({ db }) {})',
    '(a) => __async(null, arguments, function* ({ db }) {})',
    '(a) => __async(null, [a], x, y, function* ({ db }) {})',
    '(a) => retried(null, [a], function* ({ db }) {})',
    'function (a) { log(a); return __async(this, arguments, function* ({ db }) {}) }',
  ])('is not taken for a known wrapper when it differs: %s', (text) => {
    expect(read(evaluate(text))).toMatch(/^(?:whole|rest|lowered)$/)
  })
})

describe('a generated pattern', () => {
  const blank = fc.constantFrom('', ' ', '\n', '/* }, ) */', '// {("`\n', '/**/ \t')
  const string = fc.string({ unit: fc.constantFrom(...'ab"\'`\\/{}()[],:=.$\n*'.split('')), maxLength: 8 })
  const identifier = fc.stringMatching(/^(?:[a-z_][\w$]{0,5}|\$[a-z]{0,5})$/).filter(isBindable)

  const { expression } = fc.letrec<{ expression: string }>((tie) => {
    const inner = tie('expression')
    const fill = (...parts: readonly (string | fc.Arbitrary<string>)[]) =>
      fc
        .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
        .map((texts) => texts.join(''))
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('1', '.5', 'a', 'this', 'a.b', '[]', '({})', 'a?.b', 'a ? .5 : b', 'new.target'),
        fc.constantFrom('/[/}]/', '/\\/"/g', '/(?:[`,]|\\])/u', '/=/', "/'/.source"),
        string.map((text) => JSON.stringify(text)),
        string.map((text) => `\`${text.replace(/[`\\$]/g, '\\$&')}\``),
        fill('`', '${', inner, '}', '$`'),
        fill('(', inner, blank, ',', inner, ')'),
        fill('[', inner, ',', blank, inner, ']'),
        fill('{ a: ', inner, ', [', inner, ']: ', blank, inner, ', m({ b }) { return ', inner, ' } }'),
        fill('f(', inner, blank, ',', inner, ')'),
        fill('(a, { b } = ', inner, ') => (', inner, ')'),
        fill('(a) => { if (', inner, ') /}"/.test(a); return ', inner, ' }'),
        fill('function ({ db }) { return ', inner, ' }'),
        fill('class { a = ', inner, '; static b({ db }) { return ', inner, ' } }'),
        fill('(', inner, ')', blank, ' / ', blank, '(', inner, ')'),
        fill('a', blank, ' / b / ', '(', inner, ')'),
        fill('typeof ', blank, '(', inner, ')'),
        fill('(', inner, ') ? (', inner, ') : ', inner),
      ),
    }
  })

  // How a name is bound; `$$0` and the like are names of variables that no identifier is.
  const binding = fc.oneof(
    fc.record({ key: identifier, target: fc.constant('') }),
    fc.record({
      key: fc.oneof(identifier, fc.constantFrom('default', 'class', 'in', '0')),
      target: fc.constantFrom(':$', ': $', ':{ a: $, }', ':[, $]', ':{ a: { b: $ = {} } }'),
    }),
    fc.record({ key: string, target: fc.constantFrom(' : $', ':{ "}": $ }', ':[$ = "]"]') }),
  )
  const property = fc.record({
    binding,
    default: fc.option(expression),
    before: blank,
    between: blank,
    after: blank,
  })
  const properties = fc.uniqueArray(property, { selector: ({ binding: { key } }) => key, maxLength: 5 })

  const around = fc.constantFrom(
    '(PATTERN) => 1',
    'async (PATTERN = {}) => f({ another })',
    'function (PATTERN, { another }) { return 1 }',
    'async function* f(PATTERN, ...another) {}',
    '({ "a(": 1, async *m(PATTERN,) {} }).m',
    '({ ["(" + ")"](PATTERN) {} })["()"]',
    '(class { static #m = 1; static set(PATTERN) {} }).set',
  )

  it('is read as the names it was generated from', () => {
    fc.assert(
      fc.property(properties, around, fc.boolean(), (generated, form, trailingComma) => {
        const texts = generated.map(({ binding: { key, target }, ...rest }, index) => {
          const isName = /^[\w$]+$/.test(key)
          const written = isName && (target === '' || index % 2 === 0) ? key : JSON.stringify(key)
          const value = rest.default === null ? '' : `${rest.between}=${rest.between} ${rest.default}`
          return `${rest.before}${written}${rest.after}${target.replaceAll('$', () => `$$${index}`)}${value}${rest.after}`
        })
        const comma = trailingComma && texts.length > 0 ? ',' : ''
        const pattern = `{${texts.join(',')}${comma}}`
        const expected = generated.map(({ binding: { key }, ...rest }) =>
          rest.default === null ? key : `${key}?`,
        )
        expect(read(evaluate(form.replace('PATTERN', () => pattern)))).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })
})
