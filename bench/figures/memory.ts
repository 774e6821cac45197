import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { ContenderName, Server } from '../servers.ts'

/** The resident memory of all servers in megabytes, after a second in which nobody asks them anything. */
export async function measureMemory(servers: readonly Server[]): Promise<ReadonlyMap<ContenderName, number>> {
  await pause(1000)
  return new Map(servers.map(({ name, processId }) => [name, residentKilobytes(processId) / 1024]))
}

function residentKilobytes(processId: number): number {
  if (process.platform !== 'linux') {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(processId)], { encoding: 'utf8' }))
  }
  return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1])
}
