import type { Io } from '../../kubecfg/io.ts'
import { main } from '../../kubecfg/main.ts'
import { systemClock } from '../../util/clock.ts'
import { tempDir } from '../support/temp.ts'

const home = tempDir('home')

/** Runs kubecfg in this process, in an empty home, and gives what it printed. */
export const kubecfg = async (args: readonly string[], io: Partial<Io> = {}) => {
  let stdout = ''
  let stderr = ''
  const exit = await main(args, {
    stdout: text => {
      stdout += text
    },
    stderr: text => {
      stderr += text
    },
    stdin: async () => '',
    fetch: globalThis.fetch,
    clock: systemClock,
    version: '1.2.3',
    ...io,
    env: { HOME: home, ...io.env },
  })
  return { exit, stdout, stderr }
}

/** A line of the log without its time and place: the message alone. */
export const messageOf = (line: string): string => line.replace(/^[FI]\d{4} [\d:.]+ +\d+ [\w.:]+\] /, '')
