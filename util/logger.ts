import winston from 'winston'

/**
 * A structured logger: a constant message, and what differs in `fields`.
 * `verbose(2)` lines tell the story of a pod and are shown from -v=2 on; `verbose(4)` is for debugging.
 */
export interface Logger {
  error(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  info(message: string, fields?: object): void
  verbose(level: 1 | 2 | 3 | 4, message: string, fields?: object): void
  /** A logger that adds `fields` to every line, for instance `{ component: 'binder' }`. */
  child(fields: object): Logger
}

const levels = { error: 0, warn: 1, info: 2, v1: 3, v2: 4, v3: 5, v4: 6 }
const threshold = ['info', 'v1', 'v2', 'v3', 'v4']

const plain = winston.format.printf(({ timestamp, level, message, component, ...fields }) => {
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${show(value)}`)
  return `${timestamp} ${level[0]?.toUpperCase()} ${component ? `${component}: ` : ''}${message}${rest.join('')}`
})

const show = (value: unknown): string => {
  if (value instanceof Error) return JSON.stringify(value.message)
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value
  return JSON.stringify(value) ?? 'undefined'
}

/** JSON has no form for an Error of its own: keep its message and its causes. */
const errors = winston.format(info => {
  for (const [key, value] of Object.entries(info)) {
    if (value instanceof Error) info[key] = causes(value)
  }
  return info
})

const causes = (error: Error): string => {
  const cause = error.cause instanceof Error ? `: ${causes(error.cause)}` : ''
  return `${error.message}${cause}`
}

export interface LogOptions {
  /** -v: 0 is quiet. */
  readonly verbosity?: number
  readonly format?: 'plain' | 'json'
}

/** The process' root logger; it writes to stderr. */
export const rootLogger = ({ verbosity = 0, format = 'plain' }: LogOptions = {}): Logger =>
  wrap(
    verbosity,
    winston.createLogger({
      levels,
      level: threshold[Math.min(Math.max(verbosity, 0), 4)] ?? 'info',
      format: winston.format.combine(
        winston.format.timestamp(),
        errors(),
        format === 'json' ? winston.format.json() : plain,
      ),
      transports: [new winston.transports.Console({ stderrLevels: Object.keys(levels) })],
    }),
  )

const wrap = (verbosity: number, log: winston.Logger, known: object = {}): Logger => ({
  error: (message, fields) => void log.log('error', message, { ...known, ...fields }),
  warn: (message, fields) => void log.log('warn', message, { ...known, ...fields }),
  info: (message, fields) => void log.log('info', message, { ...known, ...fields }),
  verbose(level, message, fields) {
    // winston would format the line before it throws it away.
    if (level <= verbosity) log.log(`v${level}`, message, { ...known, ...fields })
  },
  child: fields => wrap(verbosity, log, { ...known, ...fields }),
})

/** For tests and for parts that are asked to be silent. */
export const silent: Logger = {
  error() {},
  warn() {},
  info() {},
  verbose() {},
  child: () => silent,
}
