interface BunOptions {
  readonly port: number
  readonly hostname: string
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly routes?: Readonly<Record<string, BunRoute>>
}

/** A request that a route of `Bun.serve` gets. */
export interface BunRequest extends Request {
  readonly params: Readonly<Record<string, string>>
}

type BunHandler = (request: BunRequest) => Response | Promise<Response>
type BunRoute = BunHandler | Readonly<Partial<Record<'GET' | 'POST', BunHandler>>>

/** The little of Bun that the bench calls. Its own types would declare the globals of Node anew. */
export const { Bun } = globalThis as unknown as {
  readonly Bun: { serve(options: BunOptions): { readonly port: number } }
}
