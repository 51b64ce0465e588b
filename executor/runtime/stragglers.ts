import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Set for every process of a container, and inherited by what it starts, into whatever session that flees. */
export const markVariable = 'KUBERNETES_MESOS_CONTAINER'

/** Processes that fork while they are looked for are found in a later round. */
const rounds = 10

/** Kills all processes with this mark in their environment: daemons, which have left their process group. */
export const killStragglers = (mark: string): void => {
  for (let round = 0; round < rounds; round++) {
    const found = markedBy(`${markVariable}=${mark}`)
    if (found.length === 0) return
    for (const pid of found) kill(pid)
  }
}

/** Reads synchronously: some microseconds for each process, and no open files beyond one. */
const markedBy = (entry: string): number[] =>
  processes().filter(pid => environmentOf(pid).split('\0').includes(entry))

/** None where the system has no /proc: there only the process groups are killed. */
const processes = (): number[] => {
  if (!existsSync('/proc/self/environ')) return []
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
}

/** That of a process which is gone, or another user's, is empty. */
const environmentOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself in between.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
