// Measures one suite in a process of its own: what other suites have taught the compiler must not count.
import { measureSlices, type SliceOptions } from './slices.ts'
import { type SuiteName, suites } from './suite.ts'

const [suite, options] = process.argv.slice(2) as [SuiteName, string]
const costs = await measureSlices(await suites[suite](), JSON.parse(options) as SliceOptions)
process.stdout.write(`${JSON.stringify(costs)}\n`)
// Frameworks may hold the process with timers.
process.exit()
