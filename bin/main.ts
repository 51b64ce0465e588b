import type { Flag, Parsed, Program } from '../util/flags.ts'
import { parseFlags, UsageError, usage } from '../util/flags.ts'
import { type Logger, rootLogger } from '../util/logger.ts'

/** The flags that every program has. */
export const logFlags = {
  v: { default: 0, help: 'how much to log: 0 is quiet, 2 tells the story of a pod, 4 is for debugging' },
  log_format: { default: 'plain', help: 'plain or json', value: 'plain|json' },
} as const

/** A running part of a program: `close` ends it in order. */
export interface Running {
  close(): Promise<void>
  /** Rejects when the program can not go on: it is closed then, and fails. */
  readonly ended?: Promise<never>
}

type LogFlags = typeof logFlags

/**
 * Runs a program from its command line: -h and wrong flags are answered, SIGINT and SIGTERM close what `start` began,
 * a second signal ends the process at once. A failed start is one line that says what to do, and exit code 1.
 */
export const main = async <F extends Record<string, Flag> & LogFlags>(
  program: Program<F>,
  start: (flags: Parsed<F>['flags'], log: Logger) => Promise<Running | undefined>,
): Promise<void> => {
  try {
    const { flags, operands, help } = parseFlags(program, process.argv.slice(2))
    if (help) return void process.stdout.write(usage(program))
    if (operands.length > 0)
      throw new UsageError(`${program.name}: unexpected ${operands.join(' ')}; -h lists all flags`)
    const { v, log_format } = flags as Parsed<LogFlags>['flags']
    if (log_format !== 'plain' && log_format !== 'json') {
      throw new UsageError(`${program.name}: -log_format is plain or json, not ${log_format}`)
    }
    const running = await start(flags, rootLogger({ verbosity: v, format: log_format }))
    if (running) closeOnSignal(program.name, running)
  } catch (error) {
    process.stderr.write(`${error instanceof UsageError ? '' : `${program.name}: `}${describe(error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}

const closeOnSignal = (name: string, running: Running): void => {
  let closing = false
  const close = async (): Promise<void> => {
    closing = true
    try {
      await running.close()
    } catch (error) {
      process.stderr.write(`while stopping: ${describe(error)}\n`)
      process.exitCode = 1
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => (closing ? process.exit(130) : void close()))
  }
  running.ended?.catch(error => {
    process.stderr.write(`${name}: ${describe(error)}\n`)
    process.exitCode = 1
    if (!closing) void close()
  })
}

/** The message with those of its causes, without stacks. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`
}
