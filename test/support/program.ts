import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from './eventually.ts'

/** A bundled program of ours as a process of its own, as an operator would start it. */
export class Program {
  readonly #child: ChildProcess
  #output = ''

  constructor(name: string, flags: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [`dist/${name}.mjs`, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    this.#child.stdout?.on('data', chunk => (this.#output += chunk))
    this.#child.stderr?.on('data', chunk => (this.#output += chunk))
    running.add(this)
    this.#child.once('exit', () => running.delete(this))
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** What it has printed so far, both streams. */
  get output(): string {
    return this.#output
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Waits until it has printed something that matches, and answers the first group (or the whole match). */
  async printed(pattern: RegExp, ms?: number): Promise<string> {
    const match = await eventually(
      `${pattern} printed`,
      () => {
        const found = pattern.exec(this.#output)
        if (!found && !this.alive) throw new Error(`it ended: ${this.#output}`)
        return found
      },
      ms,
    )
    return match[1] ?? match[0]
  }

  /** Sends the signal and waits for the end; the exit code, or undefined when a signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | undefined> {
    if (this.alive) {
      const exit = once(this.#child, 'exit')
      this.#child.kill(signal)
      await exit
    }
    return this.#child.exitCode ?? undefined
  }

  /** kill -9, as a crash would. */
  async crash(): Promise<void> {
    await this.stop('SIGKILL')
  }
}

const running = new Set<Program>()

// A failing test must not leave its programs behind.
process.on('exit', () => {
  for (const program of running) process.kill(program.pid, 'SIGKILL')
})
