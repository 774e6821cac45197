import type { RouteInfo } from '../application/rest-application.ts'

/** Writes routes, one a line. */
export function formatRoutes(routes: readonly RouteInfo[]): string {
  if (routes.length === 0) return '  (no routes)'
  const width = Math.max(...routes.map(({ method }) => method.length))
  return routes.map(({ method, path }) => `  ${method.padEnd(width)}  ${path}`).join('\n')
}
