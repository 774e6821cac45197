const count = Number(process.env.BENCH_FURTHER_ROUTES ?? 0)

/**
 * The paths of the further routes, `:itemId` for a parameter: one half without, one half with one in the middle.
 * All of them answer `greet()`.
 */
export const furtherRoutes: readonly string[] = Array.from({ length: count }, (_, index) =>
  index % 2 === 0 ? `/sections/${index / 2}/overview` : `/shops/${(index - 1) / 2}/:itemId/stock`,
)
