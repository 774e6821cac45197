import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line that any build server can read: `tests: N passed, N failed, N skipped`. */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const test of tests) count[test.result().state]++
      // A file that fails before its first test has no failed test of its own.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed'))
        count.failed++
    }
    process.stdout.write(
      `\ntests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`,
    )
  }
}
