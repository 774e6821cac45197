import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The processes that a process has started and that live. */
export function childrenOf(parent: number): readonly number[] {
  return processes().flatMap(([pid, itsParent]) => (itsParent === parent ? [pid] : []))
}

type PidAndParent = readonly [pid: number, parent: number]

function processes(): readonly PidAndParent[] {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.map((pid) => [Number(pid), parentOf(pid)])
  }
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number)
    return [pid, parent]
  })
}

/** From a line `pid (name) state parent …`, where the name can be anything. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // It ended while we looked.
    return 0
  }
}
