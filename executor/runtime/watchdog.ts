import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { markVariable } from './stragglers.ts'

/** Kills process groups when this process is gone, even by kill -9. */
export interface Watchdog {
  /** Begins the mark of every process that it kills even outside of the groups. */
  readonly mark: string
  /** Resolves when the group's death is certain: only then may it run anything. Rejects when there is no watchdog. */
  add(group: number): Promise<void>
  remove(group: number): void
  /** Ends it, and with it every group that is left. */
  close(): void
}

/**
 * Reads `+<group>` and `-<group>`. The kernel closes the other end of the pipe when the executor ends in any way:
 * then the loop ends, and no group survives. Lines that were written before are still read first. After the groups
 * the daemons that have left them are killed, as far as they keep their environment.
 */
const script = `
trap '' HUP INT TERM
groups=' '
while read -r line; do
  group=\${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
for round in 1 2 3; do
  for path in $(grep -ls -- "$1" /proc/[0-9]*/environ); do
    pid=\${path#/proc/}
    kill -9 "\${pid%/environ}" 2>/dev/null
  done
done
`

/** A watchdog that dies sooner than this, milliseconds, is not replaced before this time has passed. */
const settled = 1000

export const startWatchdog = (clock: Clock, log: Logger): Watchdog => {
  const mark = randomUUID()
  const groups = new Set<number>()
  let closed = false
  let child: ChildProcess | undefined

  const start = (): ChildProcess => {
    const started = clock.now()
    // A session of its own: signals to the executor's group and the end of its terminal do not reach it.
    const dog = spawn('/bin/sh', ['-c', script, 'watchdog', `${markVariable}=${mark}/`], {
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const gone = (why: object) => {
      if (child !== dog) return
      child = undefined
      if (closed) return
      log.warn('the watchdog ended; it is replaced', why)
      const delay = clock.now() - started < settled ? settled : 0
      clock.after(delay, () => closed || child || start())
    }
    dog.once('exit', (code, signal) => gone({ code, signal }))
    dog.once('error', error => gone({ error }))
    // A failed write has its own callback; the stream's error says nothing more.
    dog.stdin.on('error', () => {})
    dog.unref()
    child = dog
    dog.stdin.write([...groups].map(group => `+${group}\n`).join(''))
    return dog
  }

  const tell = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const { stdin } = child ?? start()
      if (!stdin) return reject(new Error('the watchdog has no input'))
      stdin.write(line, error =>
        error
          ? reject(new Error('the watchdog did not take the process group', { cause: error }))
          : resolve(),
      )
    })

  start()
  return {
    mark,
    add(group) {
      const told = tell(`+${group}\n`)
      // After `tell`, which starts a missing watchdog with what is in `groups`: no group may be in its list twice.
      groups.add(group)
      return told
    },
    remove(group) {
      groups.delete(group)
      // One that cannot be told is dead: its successor is given only what is in `groups`.
      if (child) tell(`-${group}\n`).catch(() => {})
    },
    close() {
      closed = true
      child?.stdin?.end()
    },
  }
}
