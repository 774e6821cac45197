import type { Rule } from './rule.ts'
import { readWithoutValidator, sharedPrivateAnswer } from './rules/caching.ts'
import { exposedCookie } from './rules/exposing.ts'
import { anyOrigin, skippedGuard, unguardedWrite } from './rules/guarding.ts'
import { listWithoutPagination } from './rules/lists.ts'
import { largeBodyInMemory, unmonitored } from './rules/measuring.ts'
import { poolPerRequest } from './rules/opening.ts'
import { missingName, unusedDecision, unusedLanguage, unusedProvider } from './rules/unused.ts'
import { blockingCall, fetchWithoutSignal, queryInLoop } from './rules/waiting.ts'
import { writeWithoutPrecondition } from './rules/writing.ts'

/** The rules, in the order in which their advice is given: what hurts most comes first. */
export const rules = {
  // Who may do what.
  'unguarded-write': unguardedWrite,
  'skipped-guard': skippedGuard,
  'shared-private-answer': sharedPrivateAnswer,
  'any-origin': anyOrigin,
  'exposed-cookie': exposedCookie,
  // What does not do what it says.
  'missing-name': missingName,
  'unused-decision': unusedDecision,
  'unused-provider': unusedProvider,
  'unused-language': unusedLanguage,
  'write-without-precondition': writeWithoutPrecondition,
  // What costs time and memory.
  'pool-per-request': poolPerRequest,
  'blocking-call': blockingCall,
  'query-in-loop': queryInLoop,
  'fetch-without-signal': fetchWithoutSignal,
  'list-without-pagination': listWithoutPagination,
  'large-body-in-memory': largeBodyInMemory,
  'read-without-validator': readWithoutValidator,
  unmonitored,
} as const satisfies Readonly<Record<string, Rule>>

/** What a rule is called. */
export type RuleName = keyof typeof rules
