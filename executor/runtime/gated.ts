import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { constants } from 'node:os'
import type { Writable } from 'node:stream'
import type { Exit, RunningContainer } from './runtime.ts'
import { killStragglers } from './stragglers.ts'
import type { Watchdog } from './watchdog.ts'

/**
 * The gate in front of every container: it becomes the command only after a line on descriptor 3, which is written
 * when the watchdog knows the process group. If the executor ends before, `read` fails and nothing has run.
 */
const gate = 'read -r go <&3 && exec 3<&- && exec "$@"'

/** `$0` of the gate: the shell's own complaint about a command begins with it. */
const gateName = 'kubernetes-executor'

interface ProcessPlan {
  readonly command: readonly string[]
  readonly cwd: string
  readonly environment: ReadonlyMap<string, string>
  /** What marks the container's processes in their environment. */
  readonly mark: string
  readonly stdout: string
  readonly stderr: string
}

/** Starts a command as a process group of its own, which the watchdog knows before the command runs. */
export const startGated = async (plan: ProcessPlan, watchdog: Watchdog): Promise<RunningContainer> => {
  const { group, entry, ended } = await spawnGated(plan)
  let running = true
  const exited = ended.then(({ code, signal }) => {
    running = false
    // The container is its first process: what that leaves behind ends with it.
    signalGroup(group, 'SIGKILL')
    watchdog.remove(group)
    killStragglers(plan.mark)
    return exitOf(code, signal, plan)
  })
  try {
    await watchdog.add(group)
  } catch (error) {
    entry.destroy()
    await exited
    throw error
  }
  entry.end('go\n')
  return {
    id: `process://${group}`,
    exited,
    kill: signal => {
      if (running) signalGroup(group, signal)
    },
  }
}

interface Gated {
  readonly group: number
  readonly entry: Writable
  readonly ended: Promise<Ending>
}

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Starts the gate as the leader of a session, and so of a process group, of its own. */
const spawnGated = async (plan: ProcessPlan): Promise<Gated> => {
  const out = await open(plan.stdout, 'a')
  try {
    const err = await open(plan.stderr, 'a')
    try {
      return await spawnInto(plan, out.fd, err.fd)
    } finally {
      await err.close()
    }
  } finally {
    await out.close()
  }
}

const spawnInto = async (
  { command, cwd, environment }: ProcessPlan,
  out: number,
  err: number,
): Promise<Gated> => {
  // A shell drops variables whose names it cannot hold, such as `a.b`: env(1) sets those behind it.
  const odd = [...environment].filter(([name]) => !/^[A-Za-z_]\w*$/.test(name))
  const carried = odd.length ? ['env', ...odd.map(([name, value]) => `${name}=${value}`)] : []
  const child = spawn('/bin/sh', ['-c', gate, gateName, ...carried, ...command], {
    cwd,
    env: Object.fromEntries(environment),
    detached: true,
    stdio: ['ignore', out, err, 'pipe'],
  })
  // Before anything is awaited: an early exit must not be missed.
  const ended = new Promise<Ending>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  await once(child, 'spawn').catch(cause => {
    throw new Error(`no process could be started in ${cwd}: ${cause.message}`, { cause })
  })
  if (child.pid === undefined) throw new Error('a process without an id was started')
  const entry = child.stdio[3] as Writable
  // The process may end while it waits at the gate: `ended` tells.
  entry.on('error', () => {})
  return { group: child.pid, entry, ended }
}

const signalGroup = (group: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-group, signal)
  } catch (error) {
    // ESRCH: nothing of the group is left. EPERM: only processes that have made themselves another user's.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

const exitOf = async (
  code: number | null,
  signal: NodeJS.Signals | null,
  plan: ProcessPlan,
): Promise<Exit> => {
  if (signal) return { exitCode: 128 + constants.signals[signal], signal: constants.signals[signal] }
  const exitCode = code ?? 255
  if (exitCode !== 126 && exitCode !== 127) return { exitCode }
  // Either the gate's exec failed, or the command itself ended so: only the gate complains in its own name.
  const complaint = await lastLine(plan.stderr)
  if (!complaint.startsWith(`${gateName}: `)) return { exitCode }
  const why = complaint.slice(complaint.lastIndexOf(': ') + 2)
  return { exitCode, reason: 'StartError', message: `cannot execute "${plan.command[0]}": ${why}` }
}

/** The last line of a file that may be long, or gone: then ''. */
const lastLine = async (path: string): Promise<string> => {
  const file = await open(path).catch(() => undefined)
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, Math.max(0, size - 4096))
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').at(-1) ?? ''
  } finally {
    await file.close()
  }
}
