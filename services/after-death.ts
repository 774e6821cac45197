import { spawn } from 'node:child_process'

/**
 * Runs a shell script once this process has ended, however it did: also by SIGKILL, which no handler hears.
 *
 * @param script What to run; `$1`, `$2` … stand for the parameters.
 * @returns Takes it back.
 */
export function afterDeath(script: string, ...parameters: readonly string[]): () => void {
  // The pipe is closed when the last process that holds it is gone, and that is this one.
  const waiting = spawn('sh', ['-c', `cat > /dev/null; ${script}`, 'sh', ...parameters], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without a shell nobody waits.
  waiting.on('error', () => undefined)
  waiting.unref()
  return () => {
    try {
      if (waiting.pid !== undefined) process.kill(-waiting.pid, 'SIGKILL')
    } catch {
      // It was ended by somebody else.
    }
  }
}
