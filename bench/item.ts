import { z } from 'zod'

/** The body of POST /items. `contenders/fastify-schema.ts` says the same as a JSON schema. */
export const Item = z.object({
  name: z.string().min(1).max(100),
  sku: z.string().min(1).max(40),
  price: z.number().min(0),
  quantity: z.int().min(0),
  available: z.boolean(),
  tags: z.array(z.string()).max(20),
  description: z.string().max(500),
  supplier: z.object({ name: z.string().min(1), country: z.string().length(2), days: z.int().min(0) }),
})
