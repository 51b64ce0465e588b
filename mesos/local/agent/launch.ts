import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, type FileHandle, mkdir, open, rm, symlink } from 'node:fs/promises'
import { constants } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { CommandInfo } from '../../protocol/messages.gen.ts'
import type { Fetch } from './fetcher.ts'
import { identityOf } from './user.ts'

interface LaunchInput {
  readonly command: CommandInfo
  /** The user for a command that names none. */
  readonly user: string
  readonly sandbox: string
  readonly environment: Readonly<Record<string, string>>
  readonly fetch: Fetch
  /** Asked after the fetching, which may take long: false gives the launch up. */
  readonly wanted: () => boolean
}

const argvOf = ({ shell = true, value = '', arguments: args = [] }: CommandInfo) => {
  if (shell) return { file: '/bin/sh', argv0: 'sh', args: ['-c', value] }
  return { file: value, argv0: args[0] ?? value, args: args.slice(1) }
}

interface Launched {
  readonly pid: number
  /** Resolves with the status as wait(2) gives it. */
  readonly exit: Promise<number>
}

const waitStatus = (code: number | null, signal: NodeJS.Signals | null): number =>
  signal ? constants.signals[signal] : (code ?? 0) << 8

const makeSandbox = async (sandbox: string): Promise<void> => {
  await mkdir(sandbox, { recursive: true })
  const latest = join(dirname(sandbox), 'latest')
  await rm(latest, { force: true })
  await symlink(basename(sandbox), latest)
}

/** What cannot be fetched stands in the sandbox's stderr, too, as Mesos' fetcher leaves it there. */
const fetchAll = async ({ command, sandbox, fetch }: LaunchInput, stderr: FileHandle): Promise<void> => {
  try {
    await Promise.all((command.uris ?? []).map(uri => fetch(uri, sandbox)))
  } catch (error) {
    await stderr.write(`${error instanceof Error ? error.message : error}\n`)
    throw error
  }
}

/**
 * Makes the sandbox, fetches the URIs and starts the command in a session of its own, so that it outlives the
 * agent. Undefined when it is not wanted any more. Rejects with what went wrong, in words for the status message.
 */
export const launch = async (input: LaunchInput): Promise<Launched | undefined> => {
  const { command, sandbox, environment } = input
  const identity = identityOf(command.user ?? input.user)
  await makeSandbox(sandbox)
  const stdout = await open(join(sandbox, 'stdout'), 'a')
  const stderr = await open(join(sandbox, 'stderr'), 'a')
  try {
    await fetchAll(input, stderr)
    if (identity) await chown(sandbox, identity.uid, identity.gid)
    if (!input.wanted()) return undefined
    const { file, argv0, args } = argvOf(command)
    const child = spawn(file, args, {
      argv0,
      cwd: sandbox,
      env: environment,
      detached: true,
      stdio: ['ignore', stdout.fd, stderr.fd],
      ...identity,
    })
    child.unref()
    // Listening from the first moment on: a short-lived child may be gone before the files are closed.
    const exit = new Promise<number>(resolve => {
      child.once('exit', (code, signal) => resolve(waitStatus(code, signal)))
    })
    // Rejects with the error event: no such program, not executable.
    await once(child, 'spawn')
    return child.pid === undefined ? undefined : { pid: child.pid, exit }
  } finally {
    await stdout.close()
    await stderr.close()
  }
}
