export { parseFlags, UsageError, usage } from '../util/flags.ts'
