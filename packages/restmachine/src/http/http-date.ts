const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const LONG_DAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)'

const IMF_FIXDATE = new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`)
const RFC850_DATE = new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`)
const ASCTIME_DATE = new RegExp(`^${DAY_NAME} ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`)

type Parts = Readonly<Record<string, string>>

/**
 * Reads a date in any of its three forms; `undefined` when there is none or it cannot be read.
 *
 * ```abnf
 * HTTP-date    = IMF-fixdate / obs-date
 * IMF-fixdate  = day-name "," SP day SP month SP year SP time-of-day SP GMT
 * obs-date     = rfc850-date / asctime-date
 * rfc850-date  = day-name-l "," SP day "-" month "-" 2DIGIT SP time-of-day SP GMT
 * asctime-date = day-name SP month SP ( 2DIGIT / ( SP 1DIGIT )) SP time-of-day SP year
 * ```
 *
 * @param now The time against which a year of two digits is read; the current one when left out.
 * @returns Milliseconds since 1970.
 *
 * @example
 * ```ts
 * parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT') // 784111777000
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function parseHttpDate(value: string | undefined, now?: number): number | undefined {
  if (value === undefined) return undefined
  const full = (IMF_FIXDATE.exec(value) ?? ASCTIME_DATE.exec(value))?.groups
  if (full !== undefined) return toTime(full, Number(full.year))
  const short = RFC850_DATE.exec(value)?.groups
  return short === undefined ? undefined : toTimeNear(now ?? Date.now(), short)
}

/**
 * A time as an IMF-fixdate, the one form that may be sent. Milliseconds are cut off.
 *
 * @param time Milliseconds since 1970.
 * @throws {RangeError} When the year does not have four digits.
 */
export function formatHttpDate(time: number): string {
  const date = new Date(time)
  const year = date.getUTCFullYear()
  // Half the time that `toUTCString` takes.
  if (year >= 0 && year <= 9999) {
    const day = `${DAYS[date.getUTCDay()]}, ${padded(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]}`
    const clock = `${padded(date.getUTCHours())}:${padded(date.getUTCMinutes())}:${padded(date.getUTCSeconds())}`
    return `${day} ${String(year).padStart(4, '0')} ${clock} GMT`
  }
  throw new RangeError(`Cannot format a date: a year of 0 to 9999 is needed, got the time ${time}`)
}

function padded(part: number): string {
  return part < 10 ? `0${part}` : String(part)
}

// The name of the day is not compared with the date: to ignore If-Unmodified-Since for a wrong name
// would let through the very write that it is there to stop.
function toTime(parts: Parts, year: number): number | undefined {
  const day = Number(parts.day)
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(year, MONTHS.indexOf(parts.month ?? ''), day)
  if (date.getUTCDate() !== day) return undefined
  return date.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second))
}

// What seems to be over 50 years ahead is the latest such year of the past (§5.6.7).
function toTimeNear(now: number, parts: Parts): number | undefined {
  const limit = new Date(now)
  const year = Math.floor(limit.getUTCFullYear() / 100) * 100 + Number(parts.year)
  limit.setUTCFullYear(limit.getUTCFullYear() + 50)
  const time = toTime(parts, year)
  return time !== undefined && time > limit.getTime() ? toTime(parts, year - 100) : time
}

/** A time as `Last-Modified` can tell it: whole seconds, and a time in the future is cut to now (RFC 9110 §8.8.2.1). */
export function toLastModified(time: number): number {
  return Math.floor(Math.min(time, Date.now()) / 1000) * 1000
}
