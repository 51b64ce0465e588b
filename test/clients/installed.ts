import { spawnSync } from 'node:child_process'
import type { Installation } from './client.ts'

/** The version that a program tells of itself, or nothing where it is absent. `pattern`'s group finds it. */
export const installed = (
  path: string,
  args: readonly string[],
  pattern = /(\d+\.\d+(\.\d+)?)/,
): Installation[] => {
  const { status, stdout = '', stderr = '' } = spawnSync(path, args, { encoding: 'utf8' })
  const [, version] = (status === 0 && pattern.exec(stdout + stderr)) || []
  return version ? [{ version, path }] : []
}
