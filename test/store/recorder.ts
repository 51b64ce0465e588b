import type { Logger } from '../../util/logger.ts'

/** A logger for tests: `lines` holds what an operator would read, without the fields. */
export const recorder = (): { logger: Logger; lines: string[] } => {
  const lines: string[] = []
  const at = (level: string) => (message: string) => void lines.push(`${level}: ${message}`)
  const logger: Logger = {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    verbose() {},
    child: () => logger,
  }
  return { logger, lines }
}
