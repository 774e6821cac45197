/*
 * Work that nobody has to wait for: it begins when the response is out. Mail is sent on the main thread;
 * what keeps a processor busy goes to a thread, where it holds up no other request.
 *
 *   node examples/performance/s16-background-tasks.ts
 *   curl -i localhost:8000/users -H 'content-type: application/json' -d '{"name":"Ada","email":"ada@example.com"}'
 *   curl -i -X POST localhost:8000/reports/2000000      # 202 at once; the server goes on answering
 *   curl localhost:8000/done                            # what has been done in the background
 *
 * Ctrl-C waits for what has begun. What must not be lost with the process goes to a queue outside of it:
 * s16-durable-jobs.ts.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { RestApplication, respond, worker } from 'restmachine'
import { serve } from 'restmachine/node'
import { z } from 'zod'
import type { writeReport } from './s16-report.ts'

const NewUser = z.object({ name: z.string().min(1), email: z.email() })

const report = worker<typeof writeReport>(new URL('s16-report.ts', import.meta.url), { name: 'writeReport' })

/** Sends mail; here it takes its time and keeps a list. */
class Mailer {
  readonly sent: string[] = []

  async send(to: string, text: string): Promise<void> {
    await after(100)
    if (to.endsWith('.invalid')) throw new Error(`There is no mailbox ${to}`)
    this.sent.push(`${to}: ${text}`)
  }
}

/** A task gets what lives as long as the process, and data: what the request has opened is closed by then. */
async function sendWelcome(mailer: Mailer, { name, email }: z.infer<typeof NewUser>): Promise<void> {
  await mailer.send(email, `Welcome, ${name}!`)
}

export const app = new RestApplication({
  backgroundTasks: { concurrency: 16, queueLimit: 1_000, timeout: '60s', workers: 2 },
})
  .onStartup('mailer', () => new Mailer())
  .onStartup('reports', () => tmpdir())

  .validates('newUser', NewUser, ({ jsonBody }) => jsonBody)

  .post('/users', ({ newUser, mailer, backgroundTasks }) => {
    backgroundTasks.add(sendWelcome, mailer, newUser)
    return respond(newUser, 201)
  })

  .post('/reports/{limit}', ({ limit, reports, requestId, backgroundTasks }) => {
    const file = join(reports, `report-${requestId}.txt`)
    backgroundTasks.add(report, file, Math.min(Number(limit) || 0, 10_000_000))
    return respond({ file }, 202)
  })

  .get('/done', async ({ mailer, backgroundTasks }) => {
    await backgroundTasks.waitAll()
    return { sent: mailer.sent }
  })

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
