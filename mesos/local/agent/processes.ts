import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'

/** A process that pid reuse cannot fake: a pid, and when it started, in the kernel's ticks. */
export interface ProcessId {
  readonly pid: number
  /** Undefined on systems without /proc, where the pid has to do. */
  readonly started: string | undefined
}

const hasProc = existsSync('/proc/self/stat')

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** State and start time from /proc/<pid>/stat; the name before them may hold anything, parentheses too. */
const stat = (pid: number) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0], session: Number(fields[3]), started: fields[19] }
  } catch {
    return undefined
  }
}

/** The process' identity, while it lives. */
export const identify = (pid: number): ProcessId => ({
  pid,
  started: hasProc ? stat(pid)?.started : undefined,
})

/** Whether it still runs. A zombie does not: nobody may ever collect it. */
export const isAlive = ({ pid, started }: ProcessId): boolean => {
  if (!hasProc) return exists(pid)
  const found = stat(pid)
  return found !== undefined && found.started === started && found.state !== 'Z' && found.state !== 'X'
}

/** SIGKILL to a process (or to a process group, when the pid is negative) that may be gone by now. */
export const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

/**
 * The living processes that were started with `variable=value` in their environment. None on systems
 * without /proc.
 */
export const withEnvironment = async (variable: string, value: string): Promise<number[]> => {
  if (!hasProc) return []
  const wanted = `${variable}=${value}`
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async pid => {
      try {
        const environ = await readFile(`/proc/${pid}/environ`, 'latin1')
        return environ.split('\0').includes(wanted) ? pid : undefined
      } catch {
        // It ended meanwhile, or belongs to somebody else: then it is none of ours.
        return undefined
      }
    }),
  )
  return found.filter(pid => pid !== undefined)
}

/** Of a container's processes the one that was started first: it leads their session. */
export const sessionLeader = (pids: readonly number[]): number | undefined =>
  pids.find(pid => stat(pid)?.session === pid)
