/*
 * Served from the command line: several processes, a limit, a log.
 *
 *   npx restmachine serve examples/performance/s05-command-line.ts --host 0.0.0.0 --port 8000 --workers 4 \
 *     --log-level info --no-access-log --limit-concurrency 1000 --backlog 2048
 *   curl localhost:8000/api/process        # which of the processes answers
 *   curl -i localhost:8000/livez
 *   kill -HUP PID                          # new processes take over, no request is lost
 */
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication } from 'restmachine'

// The command serves it; a file that calls `serve` itself would be served twice.
export const app = new RestApplication()
  .health()
  .get('/api/process', ({ logger }) => {
    logger.debug('Below --log-level info: not written')
    logger.info('Asked')
    return { pid: process.pid }
  })
  .get('/api/wait/{time}', async ({ time }) => {
    await after(Number(time))
    return { waited: Number(time) }
  })
