/*
 * A schema stands between the client and the handler: what does not hold is answered with 422 and the list
 * of faults, and what holds has the schema's type. Any Standard Schema will do; this one is zod's.
 *
 *   node examples/performance/s26-validation.ts
 *   curl -i localhost:8000/users --json '{"name":" Ada ","email":"ada@example.com"}'   # 201
 *   curl -i localhost:8000/users --json '{"name":"","email":"ada"}'                    # 422, two faults
 *   curl -i localhost:8000/users --json '{"name":'                                     # 400
 */
import { RestApplication, respond } from 'restmachine'
import { serve } from 'restmachine/node'
import { z } from 'zod'

const NewUser = z.object({
  name: z.string().trim().min(1),
  email: z.email(),
  newsletter: z.boolean().default(false),
})

export const app = new RestApplication()
  .onStartup('users', (): ({ readonly id: number } & z.output<typeof NewUser>)[] => [])

  .validates('newUser', NewUser, ({ jsonBody }) => jsonBody)

  .post('/users', ({ users, newUser }) => {
    const user = { id: users.length + 1, ...newUser }
    users.push(user)
    return respond(user, 201)
  })

  .get('/users', ({ users }) => users)

if (import.meta.main) await serve(app, { port: Number(process.env.PORT ?? 8000) })
