import { TemplateError } from './tokens.ts'

/** A value as Go's `%v` prints it; null inside a list or map is `<nil>`. Whole numbers are printed whole. */
export const show = (value: unknown): string => {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, each]) => `${key}:${show(each)}`).join(' ')}]`
}

const verb = /%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g

const convert = (letter: string, value: unknown, precision: string | undefined): string => {
  const digits = precision === undefined ? undefined : Number(precision)
  switch (letter) {
    case 'd':
      if (typeof value === 'number') return String(Math.trunc(value))
      return `%!d(${show(value)})`
    case 'f':
      return typeof value === 'number' ? value.toFixed(digits ?? 6) : `%!f(${show(value)})`
    case 'x':
      return typeof value === 'number' ? value.toString(16) : Buffer.from(show(value)).toString('hex')
    case 'q':
      return JSON.stringify(show(value))
    case 's':
      return show(value).slice(0, digits)
    case 'v':
    case 't':
      return show(value)
    default:
      throw new TemplateError(`printf: %${letter} is not supported`)
  }
}

/** Go's Sprintf for %v %s %d %f %x %q %t, with width, `-` and `0`. */
export const sprintf = (format: string, args: readonly unknown[]): string => {
  let next = 0
  return format.replace(verb, (_, flags: string, width: string | undefined, precision, letter: string) => {
    if (letter === '%') return '%'
    if (next >= args.length) return `%!${letter}(MISSING)`
    const text = convert(letter, args[next++], precision)
    const columns = Number(width ?? 0)
    if (flags.includes('-')) return text.padEnd(columns)
    return text.padStart(columns, flags.includes('0') ? '0' : ' ')
  })
}
