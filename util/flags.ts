/** One flag of a program. The type of `default` is the type of the flag; undefined means a text that may be missing. */
export interface Flag<
  T extends string | number | boolean | undefined = string | number | boolean | undefined,
> {
  readonly default: T
  readonly help: string
  /** What stands for the value in the help, for instance `host:port`. */
  readonly value?: string
}

export interface Program<F extends Record<string, Flag>> {
  readonly name: string
  readonly summary: string
  /** What stands behind the flags in the usage line. */
  readonly operands?: string
  readonly flags: F
}

type Widen<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : string | undefined

export interface Parsed<F extends Record<string, Flag>> {
  readonly flags: { readonly [K in keyof F]: Widen<F[K]['default']> }
  readonly operands: readonly string[]
  /** -h was given: print `usage` and stop. */
  readonly help: boolean
}

/** The command line is wrong; the message says how, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Reads flags as the original's programs took them: `-name=x`, `--name=x`, `--name x`; `-` and `_` inside a name are
 * the same; a boolean needs no value. Flags end at the first operand or at `--`. Throws UsageError.
 */
export const parseFlags = <F extends Record<string, Flag>>(
  program: Program<F>,
  argv: readonly string[],
): Parsed<F> => {
  const values = new Map<string, string | number | boolean | undefined>(
    Object.entries(program.flags).map(([name, flag]) => [name, flag.default]),
  )
  let help = false
  let at = 0
  for (; at < argv.length; at++) {
    const match = /^--?([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(argv[at] ?? '')
    if (!match) break
    const name = (match[1] ?? '').replaceAll('-', '_')
    let text = match[2]
    const flag = program.flags[name]
    if (!flag) {
      if ((name === 'h' || name === 'help') && text === undefined) {
        help = true
        continue
      }
      throw new UsageError(
        `${program.name}: unknown flag -${name}${suggestion(name, program)}; -h lists all flags`,
      )
    }
    if (text === undefined && typeof flag.default !== 'boolean') {
      text = argv[++at]
      if (text === undefined)
        throw new UsageError(`${program.name}: -${name} needs a value: -${name}=${placeholder(flag)}`)
    }
    values.set(name, convert(program.name, name, flag, text))
  }
  if (argv[at] === '--') at++
  return { flags: Object.fromEntries(values) as Parsed<F>['flags'], operands: argv.slice(at), help }
}

/** The text of -h. */
export const usage = <F extends Record<string, Flag>>({
  name,
  summary,
  operands,
  flags,
}: Program<F>): string => {
  const lines = Object.entries(flags).map(([flag, spec]) => {
    const boolean = typeof spec.default === 'boolean'
    const left = boolean ? `-${flag}` : `-${flag}=${placeholder(spec)}`
    const fallback =
      spec.default === undefined || spec.default === '' || spec.default === false
        ? ''
        : ` (default ${spec.default})`
    return `  ${left}\n        ${spec.help}${fallback}`
  })
  return `${summary}\n\nUsage: ${name} [flags]${operands ? ` ${operands}` : ''}\n\nFlags:\n${lines.join('\n')}\n`
}

const placeholder = (flag: Flag): string =>
  flag.value ?? (typeof flag.default === 'number' ? 'number' : 'text')

const convert = (program: string, name: string, flag: Flag, text: string | undefined) => {
  if (typeof flag.default === 'boolean') {
    if (text === undefined || text === 'true') return true
    if (text === 'false') return false
    throw new UsageError(`${program}: -${name} is true or false, not ${JSON.stringify(text)}`)
  }
  if (typeof flag.default === 'number') {
    const number = Number(text)
    if (text?.trim() && Number.isFinite(number)) return number
    throw new UsageError(`${program}: -${name} needs a number, not ${JSON.stringify(text)}`)
  }
  return text
}

/** The flag that begins alike, for a name that is almost right. */
const suggestion = <F extends Record<string, Flag>>(name: string, { flags }: Program<F>): string => {
  const close = Object.keys(flags).find(flag => flag.startsWith(name.slice(0, 5)) && name.length > 2)
  return close ? `, did you mean -${close}?` : ''
}
