import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './eventually.ts'

export interface KubectlResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The kubectl of this machine, asking one server; its cache and configuration are in a folder of the test's. */
export class Kubectl {
  readonly #server: string
  readonly #env: NodeJS.ProcessEnv

  constructor(server: string, dir: string) {
    this.#server = server
    const config = join(dir, 'kubeconfig')
    writeFileSync(config, '{"kind":"Config","apiVersion":"v1"}')
    this.#env = { ...process.env, HOME: dir, KUBECONFIG: config }
  }

  /** Whatever comes out of it. */
  run(...args: string[]): Promise<KubectlResult> {
    return new Promise(resolve => {
      const all = [`--server=${this.#server}`, ...args]
      execFile('kubectl', all, { env: this.#env, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr })
      })
    })
  }

  /** What it prints; it has to succeed and to have nothing to warn of. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args)
    if (code !== 0 || stderr !== '') throw new Error(`kubectl ${args.join(' ')}: exit ${code}\n${stderr}`)
    return stdout
  }

  /** What it complains of; it has to fail. */
  async fails(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args)
    if (code === 0) throw new Error(`kubectl ${args.join(' ')} has succeeded:\n${stdout}`)
    return stderr
  }

  /** Starts one that goes on until it is stopped, such as `get -w`. */
  start(...args: string[]): RunningKubectl {
    return new RunningKubectl(
      spawn('kubectl', [`--server=${this.#server}`, ...args], {
        env: this.#env,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
  }
}

/** A kubectl that has not ended. */
class RunningKubectl {
  readonly #child: ChildProcess
  #output = ''

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdout?.on('data', chunk => (this.#output += chunk))
    child.stderr?.on('data', chunk => (this.#output += chunk))
  }

  /** Waits until what it has printed matches, and answers all of it. */
  async printed(pattern: RegExp): Promise<string> {
    await eventually(`${pattern} printed`, () => pattern.test(this.#output))
    return this.#output
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill()
    await exit
  }
}
