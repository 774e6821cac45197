export { type Advice, formatAdvice } from './devtools/advice.ts'
export { type Checkable, type CheckOptions, checkApplication } from './devtools/check-application.ts'
export type { RuleName } from './devtools/rules.ts'
