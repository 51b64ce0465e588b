import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { eventually } from './eventually.ts'

export interface KubectlResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface KubectlOptions {
  /** Left out: the kubectl of this machine. */
  readonly binary?: string
  readonly namespace?: string
  readonly env?: Readonly<Record<string, string>>
  /** What it reads where a file is called `-`. */
  readonly input?: string
}

/** Longest time for one call, milliseconds. */
const timeout = 60_000

/** A kubectl that asks one server; its cache and configuration are in a folder of the test's. */
export class Kubectl {
  readonly #server: string
  readonly #dir: string
  readonly #options: KubectlOptions

  constructor(server: string, dir: string, options: KubectlOptions = {}) {
    this.#server = server
    this.#dir = dir
    this.#options = options
  }

  get namespace(): string {
    return this.#options.namespace ?? 'default'
  }

  /** The same one with other options. */
  with(options: KubectlOptions): Kubectl {
    return new Kubectl(this.#server, this.#dir, { ...this.#options, ...options })
  }

  /** The same one without a namespace. */
  get clusterWide(): Kubectl {
    const { namespace, ...others } = this.#options
    return new Kubectl(this.#server, this.#dir, others)
  }

  /** The same one that finds these objects in `-`. kubectl reads JSON as YAML. */
  given(...objects: readonly object[]): Kubectl {
    const input =
      objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', metadata: {}, items: objects }
    return this.with({ input: JSON.stringify(input) })
  }

  /** Whatever comes out of it. */
  async run(...args: string[]): Promise<KubectlResult> {
    const child = this.#spawn(args)
    const ended = once(child, 'close')
    // One that ends without reading has closed the pipe.
    child.stdin.on('error', () => undefined).end(this.#options.input ?? '')
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { code: code ?? -1, stdout, stderr }
  }

  /** What it prints; it has to succeed and to have nothing to warn of. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args)
    if (code !== 0 || stderr !== '') {
      throw new Error(`kubectl ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`)
    }
    return stdout
  }

  /** What it complains of; it has to fail. */
  async fails(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args)
    if (code === 0) throw new Error(`kubectl ${args.join(' ')} has succeeded:\n${stdout}`)
    return stderr
  }

  /** What it prints as JSON. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, '-o', 'json'))
  }

  /** Starts one that goes on until it is stopped, such as `get -w`. */
  start(...args: string[]): RunningKubectl {
    return new RunningKubectl(this.#spawn(args, 0))
  }

  #spawn(args: readonly string[], ms = timeout) {
    const { binary = 'kubectl', namespace, env } = this.#options
    const config = join(this.#dir, 'kubeconfig')
    writeFileSync(config, '{"kind":"Config","apiVersion":"v1"}')
    const all = [`--server=${this.#server}`, ...(namespace ? [`--namespace=${namespace}`] : []), ...args]
    return spawn(binary, all, {
      env: { ...process.env, HOME: this.#dir, SHELL: '/bin/sh', KUBECONFIG: config, ...env },
      timeout: ms,
    })
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
