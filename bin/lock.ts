import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Another living process uses the folder. */
export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse'
}

/**
 * When a living process began, in clock ticks since the boot: with its pid it names the process for ever. One that
 * is dead and only waits for its parent to notice does not live.
 */
const startTime = (pid: number): string | undefined => {
  try {
    // The command in field 2 may hold blanks and brackets; the state is the first behind it, the start the 20th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

/**
 * Keeps a second process off a data folder; the answer lets go of it. The lock of a process that was killed does
 * not count: it names a process that is gone. Throws DataDirInUse, which names the flag that chooses the folder.
 */
export const lockDataDir = (dir: string, flag: string): (() => void) => {
  const file = join(dir, 'lock')
  const mine = `${process.pid} ${startTime(process.pid)}`
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = readFileSync(file, 'utf8')
    const [pid = '', started] = holder.split(' ')
    if (started !== undefined && startTime(Number(pid)) === started) {
      throw new DataDirInUse(
        `${dir} is in use by process ${pid}: stop that, or choose another folder with -${flag}`,
      )
    }
    rmSync(file, { force: true })
  }
}
