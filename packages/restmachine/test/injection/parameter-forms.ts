// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are sources, and some hold templates
import type { AnyFunction, RefusalReason } from '../../src/injection/parameters.ts'

/** One form that a function can be written in. */
export interface Form {
  /** An expression whose value is the function. */
  readonly text: string
  /** The names to be read, those with a default marked by `?`, or the reason of the refusal. */
  readonly expected: readonly string[] | RefusalReason
}

const BOTH = ['db', 'user']

/** The forms a handler can take. As text, so that no formatter tidies the odd ones away. */
export const forms: Readonly<Record<string, Form>> = {
  arrow: { text: '({ db, user }) => [db, user]', expected: BOTH },
  asyncArrow: { text: `async ({ db, user }) => { await db.q('x'); return user }`, expected: BOTH },
  functionExpression: { text: 'function ({ db, user }) { return [db, user] }', expected: BOTH },
  asyncFunction: { text: `async function ({ db, user }) { await db.q('x'); return user }`, expected: BOTH },
  method: { text: '({ method({ db, user }) { return [db, user] } }).method', expected: BOTH },
  asyncMethod: {
    text: `({ async asyncMethod({ db, user }) { await db.q('x'); return user } }).asyncMethod`,
    expected: BOTH,
  },
  generator: { text: '({ *generator({ db, user }) { yield db; log(user) } }).generator', expected: BOTH },
  asyncGenerator: {
    text: '({ async *asyncGenerator({ db, user }) { yield db; await user } }).asyncGenerator',
    expected: BOTH,
  },
  computedMethod: {
    text: `({ ['comp' + '(x)']({ db, user }) { return [db, user] } })['comp(x)']`,
    expected: BOTH,
  },
  renamed: { text: '({ db: database, user: u }) => [database, u]', expected: BOTH },
  defaultObject: { text: '({ db, user = { id: 1 } }) => [db, user]', expected: ['db', 'user?'] },
  defaultCall: { text: '({ db, user = external() }) => [db, user]', expected: ['db', 'user?'] },
  defaultArrow: { text: '({ db, user = (a) => a }) => [db, user]', expected: ['db', 'user?'] },
  defaultBraces: { text: '({ db, user = "},{" }) => [db, user]', expected: ['db', 'user?'] },
  defaultSlashes: { text: '({ db, user = "a//b" }) => [db, user]', expected: ['db', 'user?'] },
  nested: { text: '({ db: { q }, user: { id } }) => [q, id]', expected: BOTH },
  parameterDefault: { text: '({ db, user } = {}) => [db, user]', expected: BOTH },
  quoted: { text: `({ 'db': d, "user": u }) => [d, u]`, expected: BOTH },
  comments: {
    text: '({ db /* the ) db */, user // the user (\n }) => [db, user]',
    expected: BOTH,
  },
  restElement: { text: '({ db, ...rest }) => [db, rest]', expected: 'rest' },
  whole: { text: '(ctx) => [ctx.db, ctx.user]', expected: 'whole' },
  takenApartInBody: {
    text: '(ctx) => { const { db, user } = ctx; return [db, user] }',
    expected: 'whole',
  },
  none: { text: '() => 1', expected: [] },
  empty: { text: '({}) => 1', expected: [] },
  unused: { text: '({ db, user, log }) => [db]', expected: ['db', 'user', 'log'] },
  onlyOne: { text: '({ db }) => db', expected: ['db'] },
  usedOnce: { text: `async ({ db }) => db.q('x')`, expected: ['db'] },
  second: { text: '({ db }, { onCleanup }) => { onCleanup(() => 0); return db }', expected: ['db'] },
  bound: { text: '(({ db, user }) => [db, user]).bind(null)', expected: 'native' },
  wrapped: {
    text: '((fn) => (...args) => fn(...args))(({ db, user }) => [db, user])',
    expected: 'rest',
  },
  classMethod: { text: '(new (class { h({ db }) { return db } })()).h', expected: ['db'] },
}

/** What a form is, its text, and what is expected of it. */
type Row = readonly [what: string, text: string, expected: Form['expected']]

/** Odd corners of the grammar. */
export const oddForms: readonly Row[] = [
  ['a trailing comma', '({ db, }) => db', ['db']],
  ['a trailing comma behind the parameter', '({ db },) => db', ['db']],
  ['an async arrow without parentheses', 'async ctx => f(ctx)', 'whole'],
  ['an arrow without parentheses whose body has some', 'n => f({ db })', 'whole'],
  ['an arrow of a parameter named async', 'async => f({ db })', 'whole'],
  ['a parameter with a default', '(ctx = { db }) => ctx', 'whole'],
  ['a default with parentheses', '({ db } = f({ user }), { log }) => db', ['db']],
  ['a nested pattern with a default', '({ db: { q } = {} }) => q', ['db?']],
  ['a default inside a nested pattern', '({ db: { q = 1 } }) => q', ['db']],
  ['a nested array', '({ db: [q, ...others], user }) => q', ['db', 'user']],
  ['a nested rest element', '({ db: { q, ...others } }) => q', ['db']],
  ['a name twice', '({ db = 1, db: { q } }) => q', ['db']],
  ['escapes in a name', String.raw`({ \u0064b, us\u{65}r: u }) => u`, ['db', 'user']],
  ['escapes in a quoted key', String.raw`({ 'd\x62': d, "\u{75}ser": u }) => u`, ['db', 'user']],
  ['an octal escape', String.raw`({ 'd\142': d }) => d`, 'unreadable'],
  ['numeric keys', '({ 0: a, 0x10: b, 1n: c }) => a', ['0', '16', '1']],
  ['an octal key', '({ 010: a }) => a', 'unreadable'],
  [
    'names of the language',
    '({ default: d, class: c, async, get, of }) => d',
    ['default', 'class', 'async', 'get', 'of'],
  ],
  ['a computed key', `({ ['db']: db }) => db`, 'computed'],
  ['a computed key inside a nested pattern', '({ db: { [key(1)]: q }, user }) => q', ['db', 'user']],
  ['an array pattern', '([db]) => db', 'unreadable'],
  ['a rest parameter with a pattern', '(...[{ db }]) => db', 'rest'],
  ['a rest parameter that comes later', '({ db }, ...others) => others', ['db']],
  ['a regular expression in a default', String.raw`({ db = /[/}"]\/,/g, user }) => db`, ['db?', 'user']],
  ['a division in a default', '({ db = a / b, user = "/" }) => db', ['db?', 'user?']],
  ['a slash with two readings', '({ db = () => { {} /"/.test(a) }, user = "" }) => db', 'unreadable'],
  ['a template in a default', '({ db = `}${`)${"`"}`},`, user }) => db', ['db?', 'user']],
  [
    'a class in a default',
    '({ db = class { #a = 1; get [`b`]() { return {} } }, user }) => db',
    ['db?', 'user'],
  ],
  ['a named function', 'async function* db({ user }) {}', ['user']],
  [
    'comments everywhere',
    'async /*(*/ function /*{*/ f /*)*/ ( /*}*/ { /*,*/ db /*:*/ : /*=*/ d } ) /*{*/ {}',
    ['db'],
  ],
  ['a method named async', '({ async({ db }) {} }).async', ['db']],
  ['a method named get', '({ get({ db }) {} }).get', ['db']],
  ['a method named class', '({ class({ db }) {} }).class', ['db']],
  ['a method named function', '({ async function({ db }) {} }).function', ['db']],
  [
    'a method with a quoted name',
    `({ 'a(b': function ({ db }) {}, async *'a(c'({ db }) {} })['a(c']`,
    ['db'],
  ],
  ['a method with a number for a name', '({ 1.5({ db }) {} })[1.5]', ['db']],
  ['a method with a computed name', '({ async [`(${[")"]}{`]({ db }) {} })["()" + "{"]', ['db']],
  ['a static method', '(class { static async m({ db }) {} }).m', ['db']],
  ['a private method', '(class { static #m({ db }) {} static m = this.#m }).m', ['db']],
  ['a getter', `Object.getOwnPropertyDescriptor({ get a() { return '({ db })' } }, 'a').get`, []],
  ['a setter', `Object.getOwnPropertyDescriptor({ set a({ db }) {} }, 'a').set`, ['db']],
  ['an empty pattern with a default', '({} = {}) => 1', []],
  ['a class', 'class { constructor({ db }) {} }', 'class'],
  ['a class that extends another', 'class A extends Map { constructor({ db }) { super() } }', 'class'],
  ['a function of the language', 'Array.prototype.map', 'native'],
  ['a proxy', 'new Proxy(({ db }) => db, {})', 'native'],
  ['a function that speaks of native code', `({ db }) => '{ [native code] }'`, ['db']],
  [
    'a function without parameters that reads arguments',
    'function () { return f(arguments[0].db) }',
    'lowered',
  ],
  [
    'a function that only mentions arguments',
    `function () { return f.arguments + 'arguments' /* arguments */ }`,
    [],
  ],
  ['an arrow around the arguments of another function', '(function () { return () => arguments })()', []],
  ['what is unsure between arguments', 'function () { {} /arguments/.test(a) }', 'lowered'],
]

/** What compilers make of functions, as they write it; the first word names the compiler. */
export const compiled: readonly Row[] = [
  [
    'Istanbul',
    '({db,user=(cov_1().b[0][0]++,{id:1})})=>{cov_1().f[0]++;cov_1().s[1]++;return[db,user];}',
    ['db', 'user?'],
  ],
  [
    'TypeScript ES2015, arrow',
    '(_a) => __awaiter(void 0, [_a], void 0, function* ({ db }) { yield db; })',
    ['db'],
  ],
  [
    'TypeScript ES2015, two parameters',
    '(_a, _b) => __awaiter(void 0, [_a, _b], void 0, function* ({ db }, { onCleanup }) { yield db; })',
    ['db'],
  ],
  [
    'TypeScript ES2015, parameter default',
    '(...args_1) => __awaiter(void 0, [...args_1], void 0, function* ({ db } = {}) { return db; })',
    ['db'],
  ],
  [
    'TypeScript ES2015, method',
    '({ m(_a) { return __awaiter(this, arguments, void 0, function* ({ db, user = {} }) { yield db; }); } }).m',
    ['db', 'user?'],
  ],
  [
    'TypeScript ES2015, method with a parameter default',
    '({ m() { return __awaiter(this, arguments, void 0, function* ({ db } = {}) { yield db; }); } }).m',
    ['db'],
  ],
  [
    'TypeScript ES2015, tslib',
    '(_a) => tslib_1.__awaiter(void 0, [_a], void 0, function* ({ db }) { yield db; })',
    ['db'],
  ],
  [
    'TypeScript ES2015, no parameters',
    'function () { return __awaiter(this, void 0, void 0, function* () { return 1; }); }',
    [],
  ],
  [
    'TypeScript ES2015, a parameter that is no pattern',
    '(ctx) => __awaiter(void 0, void 0, void 0, function* () { return ctx.db; })',
    'whole',
  ],
  [
    'TypeScript ES2015, rest',
    '(_a) => { var { db } = _a, rest = __rest(_a, ["db"]); return rest; }',
    'whole',
  ],
  [
    'TypeScript before 5.5',
    '({ db }) => __awaiter(void 0, void 0, void 0, function* () { yield db; })',
    ['db'],
  ],
  [
    'TypeScript ES2017, async generator',
    '({ g(_a) { return __asyncGenerator(this, arguments, function* g_1({ db }) { yield yield __await(db); }); } }).g',
    'lowered',
  ],
  [
    'TypeScript ES2017, async generator that is no pattern',
    '({ g(ctx) { return __asyncGenerator(this, arguments, function* g_1() { yield yield __await(ctx.db); }); } }).g',
    'lowered',
  ],
  ['TypeScript ES5', 'function (_a) { var db = _a.db, user = _a.user; return [db, user]; }', 'whole'],
  [
    'TypeScript ES5, parameter default',
    'function (_a) { var _b = _a === void 0 ? {} : _a, db = _b.db; return db; }',
    'whole',
  ],
  [
    'TypeScript ES5, async',
    'function (_a) { return __awaiter(void 0, [_a], void 0, function (_b) { var db = _b.db; return __generator(this, function (_c) { return [2]; }); }); }',
    'lowered',
  ],
  [
    'TypeScript ES5, async method',
    '({ m: function (_a) { return __awaiter(this, arguments, void 0, function (_b) { var db = _b.db; return __generator(this, function (_c) { return [2]; }); }); } }).m',
    'lowered',
  ],
  [
    'TypeScript ES5, wrapper',
    'function () { var a = []; for (var _i = 0; _i < arguments.length; _i++) { a[_i] = arguments[_i]; } return f.apply(void 0, a); }',
    'lowered',
  ],
  ['esbuild ES2016, arrow', '(_0) => __async(null, [_0], function* ({ db }) { yield db; })', ['db']],
  [
    'esbuild ES2016, arrow with this',
    '(_0) => __async(_this, [_0], function* ({ db }) { yield db; })',
    ['db'],
  ],
  [
    'esbuild ES2016, parameter default',
    '(..._0) => __async(null, [..._0], function* ({ db } = {}) { return db; })',
    ['db'],
  ],
  [
    'esbuild ES2016, method',
    '({ m(_0) { return __async(this, arguments, function* ({ db }) { yield db; }); } }).m',
    ['db'],
  ],
  [
    'esbuild ES2016, no parameters',
    'function () { return __async(this, null, function* () { return 1; }); }',
    [],
  ],
  [
    'esbuild ES2016, arguments in the body',
    'function () { return __async(this, arguments, function* () { return arguments[0]; }); }',
    'lowered',
  ],
  [
    'esbuild ES2016, rest',
    '(_0) => __async(null, [_0], function* (_1) { var _a = _1, { db } = _a, rest = __objRest(_a, ["db"]); })',
    'lowered',
  ],
  ['esbuild ES2016, minified', 'e=>t(null,[e],function*({db:n}){yield n})', 'lowered'],
  [
    'esbuild ES2017, async generator',
    '({ g(_0) { return __asyncGenerator(this, arguments, function* ({ db }) { yield db; }); } }).g',
    'lowered',
  ],
  [
    'Babel, async',
    '(function () { var _ref = { apply() {} }; return function h(_x) { return _ref.apply(this, arguments); }; })()',
    'lowered',
  ],
  [
    'Babel, async with a parameter default',
    '(function () { var _ref = { apply() {} }; return function h() { return _ref.apply(this, arguments); }; })()',
    'lowered',
  ],
  [
    'Babel, helper',
    '(function (n) { return function () { var t = this, e = arguments; return new Promise(function (r, o) { n.apply(t, e); }); }; })()',
    'lowered',
  ],
  [
    'Babel ES2015, method',
    '({ m({ db }) { return _asyncToGenerator(function* () { yield db; })(); } }).m',
    ['db'],
  ],
  [
    'Babel ES2017, async generator',
    '({ g(_ref) { return _wrapAsyncGenerator(function* () { let { db } = _ref; yield db; })(); } }).g',
    'lowered',
  ],
  [
    'Babel ES5',
    'function h(_ref) { var db = _ref.db, _ref$user = _ref.user, user = _ref$user === void 0 ? {} : _ref$user; return db; }',
    'whole',
  ],
  [
    'Babel ES5, parameter default',
    'function h() { var _ref = arguments.length > 0 && arguments[0] !== undefined ? arguments[0] : {}, db = _ref.db; return db; }',
    'lowered',
  ],
  [
    'Babel ES5, generator',
    'function g() { return /*#__PURE__*/_regenerator().m(function _callee() {})() }',
    'lowered',
  ],
  [
    'swc ES2015, method',
    '({ m(_0) { return _async_to_generator(function*({ db }) { yield db; }).apply(this, arguments); } }).m',
    'lowered',
  ],
  [
    'swc ES2015, method with a parameter default',
    '({ m() { return _async_to_generator(function*({ db } = {}) { yield db; }).apply(this, arguments); } }).m',
    'lowered',
  ],
  ['swc ES2015, arrow', '({ db })=>_async_to_generator(function*() { yield db; })()', ['db']],
  ['swc ES5', 'function a(param) { var db = param.db; return db; }', 'whole'],
]

/** The function that `text`, an expression, stands for. */
export function evaluate(text: string): AnyFunction {
  return new Function(`return (${text})`)() as AnyFunction
}
