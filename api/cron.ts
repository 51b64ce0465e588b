/** A schedule that cannot be read. */
export class CronError extends Error {
  override readonly name = 'CronError'
}

/** When something is due: the values that each part of the time may have. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly daysOfMonth: ReadonlySet<number>
  /** 1 is January. */
  readonly months: ReadonlySet<number>
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>
}

/** `@every`: due again so many milliseconds after the last time. */
export interface CronInterval {
  readonly every: number
}

interface Part {
  readonly from: number
  readonly to: number
  readonly names?: readonly string[]
}

const parts: Readonly<Record<keyof CronSchedule, Part>> = {
  minutes: { from: 0, to: 59 },
  hours: { from: 0, to: 23 },
  daysOfMonth: { from: 1, to: 31 },
  months: { from: 1, to: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  daysOfWeek: { from: 0, to: 6, names: 'sun mon tue wed thu fri sat'.split(' ') },
}

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** Reads `minute hour day-of-month month day-of-week`, `@daily` and the like, `@every 1h30m`. Throws CronError. */
export const parseCron = (text: string): CronSchedule | CronInterval => {
  if (text.startsWith('@every ')) return { every: durationOf(text.slice('@every '.length)) }
  if (text.startsWith('@') && !Object.hasOwn(descriptors, text)) {
    throw new CronError(`unrecognized descriptor: ${text}`)
  }
  const fields = (descriptors[text] ?? text).trim().split(/\s+/)
  if (fields.length !== 5) {
    throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`)
  }
  const [minutes = '', hours = '', daysOfMonth = '', months = '', daysOfWeek = ''] = fields
  return {
    minutes: valuesOf(minutes, parts.minutes),
    hours: valuesOf(hours, parts.hours),
    daysOfMonth: valuesOf(daysOfMonth, parts.daysOfMonth),
    months: valuesOf(months, parts.months),
    daysOfWeek: valuesOf(daysOfWeek, parts.daysOfWeek),
  }
}

/** The values that one field of the schedule allows: ranges, names and steps, separated by commas. */
const valuesOf = (text: string, part: Part): ReadonlySet<number> =>
  new Set(text.split(',').flatMap(range => rangeOf(range, part)))

const rangeOf = (text: string, part: Part): readonly number[] => {
  const [range = '', step, ...more] = text.split('/')
  if (more.length > 0) throw new CronError(`too many slashes: ${text}`)
  const any = range === '*' || range === '?'
  const [low = '', high, ...rest] = any ? [] : range.split('-')
  if (rest.length > 0) throw new CronError(`too many hyphens: ${text}`)
  const from = any ? part.from : numberOf(low, part)
  const to =
    any || (step !== undefined && high === undefined)
      ? part.to
      : high === undefined
        ? from
        : numberOf(high, part)
  const by = step === undefined ? 1 : numberOf(step)
  if (from < part.from)
    throw new CronError(`beginning of range (${from}) below minimum (${part.from}): ${text}`)
  if (to > part.to) throw new CronError(`end of range (${to}) above maximum (${part.to}): ${text}`)
  if (from > to) throw new CronError(`beginning of range (${from}) beyond end of range (${to}): ${text}`)
  if (by === 0) throw new CronError(`step of range should be a positive number: ${text}`)
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by)
}

const numberOf = (text: string, part?: Part): number => {
  const named = part?.names?.indexOf(text.toLowerCase()) ?? -1
  if (part && named >= 0) return part.from + named
  if (!/^\d+$/.test(text)) throw new CronError(`failed to parse int from ${text}: invalid syntax`)
  return Number(text)
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 }

const durationOf = (text: string): number => {
  if (!/^(?:\d+[hms])+$/.test(text)) throw new CronError(`failed to parse duration @every ${text}`)
  return [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (units[unit] ?? 0),
    0,
  )
}
