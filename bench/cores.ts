import { execFileSync, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

/** Processes can be kept on a core of their own: with a single one, or without taskset, they share what there is. */
export const pinning = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

const pinSelf = (cores: string): void => {
  if (pinning) execFileSync('taskset', ['-cp', cores, String(process.pid)], { stdio: 'ignore' })
}

/** Runs `work` beside core 0, which belongs to what is measured; child processes inherit that. */
export const besideFirstCore = async <T>(work: () => Promise<T>): Promise<T> => {
  const last = availableParallelism() - 1
  pinSelf(`1-${last}`)
  try {
    return await work()
  } finally {
    pinSelf(`0-${last}`)
  }
}

/** A module in a process of its own, which answers each message with one. */
export interface Helper {
  /** Its first message. */
  readonly hello: unknown
  ask<Answer>(message: object): Promise<Answer>
  end(): Promise<void>
}

/** Resolves when the helper has sent its first message. `firstCore`: it is what is measured. */
export const startHelper = async (
  file: string,
  args: readonly string[] = [],
  { firstCore = false, flags = [] as readonly string[] } = {},
): Promise<Helper> => {
  const node = [process.execPath, ...flags, file, ...args]
  const [command = '', ...rest] = firstCore && pinning ? ['taskset', '-c', '0', ...node] : node
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', 'ipc']
  const child = spawn(command, rest, { stdio })
  const died = once(child, 'exit').then(() => Promise.reject(new Error(`${file} has ended`)))
  died.catch(() => {})
  const [hello] = await Promise.race([once(child, 'message'), died])
  return {
    hello,
    async ask(message) {
      const answer = once(child, 'message')
      child.send(message)
      return (await Promise.race([answer, died]))[0]
    },
    async end() {
      child.kill()
      await died.catch(() => {})
    },
  }
}
