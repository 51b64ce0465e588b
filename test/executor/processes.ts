import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Whether the process runs: a zombie does not. */
export const alive = (pid: number): boolean => {
  const state = stat(pid)?.state
  return state !== undefined && state !== 'Z'
}

/** The children of a process, with their command lines. */
const childrenOf = (parent: number): readonly { pid: number; command: string }[] =>
  all()
    .filter(pid => stat(pid)?.parent === parent && alive(pid))
    .map(pid => ({ pid, command: read(pid, 'cmdline')?.replaceAll('\0', ' ') ?? '' }))

/** The processes that work in a folder, or below. */
export const processesIn = (folder: string): readonly number[] =>
  all().filter(pid => alive(pid) && folderOf(pid).startsWith(`${folder}/`))

/** The watchdog of an executor, or of the test process. */
export const watchdogOf = (parent: number): number | undefined =>
  childrenOf(parent).find(({ command }) => command.includes("groups=' '"))?.pid

const all = (): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)

const folderOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

const stat = (pid: number): { state: string; parent: number } | undefined => {
  // `123 (a name) S 1 ...`: the name may hold anything.
  const [state, parent] =
    read(pid, 'stat')
      ?.replace(/^.*\) /s, '')
      .split(' ') ?? []
  return state === undefined ? undefined : { state, parent: Number(parent) }
}

const read = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
