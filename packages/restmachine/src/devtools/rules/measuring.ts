import { aboutRoute, type Finding, type Rule } from '../rule.ts'

/** From so many bytes on, a few requests at a time fill the memory of a small server. */
const LARGE = 16 * 1024 * 1024

/** What takes the content into memory as a whole. */
const WHOLE: readonly string[] = ['bytesBody', 'textBody', 'jsonBody', 'formBody', 'parsedBody']

/** Content of many bytes that is taken into memory as a whole. */
export const largeBodyInMemory: Rule = ({ routes }) =>
  routes.flatMap((route) => {
    const { bodyLimit } = route.route.settings
    const name = WHOLE.find((reader) => route.names.has(reader))
    if (bodyLimit === undefined || bodyLimit <= LARGE || name === undefined) return []
    const size = `${Math.round(bodyLimit / 1024 / 1024)} MiB`
    return aboutRoute(
      route,
      `${name} takes up to ${size} of each request into memory`,
      'read body, a stream, or multipartBody, which puts files on disk; or lower bodyLimit',
    )
  })

/** From so many routes on, an application is no sample any more. */
const GROWN = 5

/** What reads a clock, or counts. */
const MEASURES =
  /\b(?:performance|hrtime|metrics?|histogram|tracer|span|timer|timing|statsd|prometheus)\b|Date \. now/i

/** An application that cannot tell which of its routes is slow. */
export const unmonitored: Rule = ({ routes, functions }) => {
  if (routes.length < GROWN) return []
  const measures = functions.some(
    ({ code, injectable }) =>
      MEASURES.test(code.text) || injectable.needs.some(({ name }) => MEASURES.test(name)),
  )
  if (measures) return []
  const finding: Finding = {
    route: undefined,
    message: 'No function of a request measures how long it takes, so a slow route is found by its users',
    mend: "time requests in a generator, .dependency('timer', function* ({ request, logger }) { … yield … }), and have every request ask for it: .serviceAvailable(({ timer: _ }) => true)",
    place: undefined,
  }
  return [finding]
}
