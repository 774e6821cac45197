// Runs on Bun: serves what the contract asks, and tells its port.

interface Resolving {
  onResolve(constraint: { readonly filter: RegExp }, resolve: () => { readonly path: string }): void
}

interface BunServer {
  readonly port: number
}

const { Bun } = globalThis as unknown as {
  readonly Bun: {
    plugin(plugin: { readonly name: string; setup(build: Resolving): void }): void
    serve(options: { readonly port: number; readonly hostname: string; readonly fetch: unknown }): BunServer
  }
}

// The sources, not what was built of them.
Bun.plugin({
  name: 'sources',
  setup: (build) =>
    build.onResolve({ filter: /^restmachine$/ }, () => ({
      path: new URL('../../src/index.ts', import.meta.url).pathname,
    })),
})

const { contractApp } = await import('./contract-app.ts')
const app = contractApp()
await app.startup()
process.stdout.write(`${Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch }).port}\n`)
process.stdin.resume().on('end', () => process.exit())
