import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ResourceRequirements } from 'kubernetes-types/core/v1'
import { isStatus } from '../../api/errors.ts'
import { HttpClient } from '../../api/http-client.ts'
import { Pod } from '../../api/kinds/index.ts'
import type { Draft } from '../../api/resource.ts'
import { eventually } from './eventually.ts'
import { Program } from './program.ts'
import { tempDir } from './temp.ts'

/** A whole system on 127.0.0.1, as processes of its own; it can be killed and started again on the same data. */
export class Cluster {
  readonly dir = tempDir('cluster')
  readonly #flags: readonly string[]
  readonly #env: NodeJS.ProcessEnv
  #program: Program | undefined
  #url = ''

  /** `flags` go to kubernetes-mesos, besides those for a port and a data folder of its own; `env` is added to ours. */
  constructor(flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.#flags = flags
    this.#env = env
  }

  get url(): string {
    return this.#url
  }

  get program(): Program {
    if (!this.#program) throw new Error('the cluster has not been started')
    return this.#program
  }

  get client(): HttpClient {
    return new HttpClient({ baseUrl: this.#url })
  }

  /** `more` flags are for this start only. */
  async start(more: readonly string[] = []): Promise<this> {
    // The agents' executors know the artifact server's address: a restart keeps the port.
    const port = this.#url ? new URL(this.#url).port : '0'
    const flags = [`-port=${port}`, `-data_dir=${join(this.dir, 'data')}`, '-v=2', ...this.#flags, ...more]
    this.#program = new Program('kubernetes-mesos', flags, this.#env)
    this.#url = await this.#program.printed(/API server: +(http:\/\/\S+)/)
    return this
  }

  /** Deletes all pods, waits until Mesos has ended them, and stops the program. */
  async stop(): Promise<void> {
    const { items } = await this.client.list(Pod)
    await Promise.all(
      items.map(async ({ metadata }) => {
        try {
          await this.client.delete(Pod, { namespace: 'default', ...metadata })
        } catch (error) {
          // It was on its way out.
          if (!isStatus(error, 'NotFound')) throw error
        }
      }),
    )
    await eventually(
      'all pods are gone',
      async () => (await this.client.list(Pod)).items.length === 0,
      60_000,
    )
    await this.program.stop()
  }

  async create(pod: Draft<Pod>): Promise<Pod> {
    return this.client.create(Pod, pod)
  }

  async pod(name: string): Promise<Pod> {
    return this.client.get(Pod, { namespace: 'default', name })
  }

  async pods(labelSelector?: string): Promise<readonly Pod[]> {
    return (await this.client.list(Pod, { namespace: 'default', labelSelector })).items
  }

  async running(name: string, ms?: number): Promise<Pod> {
    return eventually(
      `pod ${name} runs`,
      async () => {
        const pod = await this.pod(name)
        return pod.status?.phase === 'Running' && pod
      },
      ms,
    )
  }

  /** Where the pods of `sleeper` write a line each time that one starts. */
  get ledger(): string {
    return join(this.dir, 'starts')
  }

  /** A line `<pod> <pid>` for every start of a container, in order. */
  get starts(): { pod: string; pid: number }[] {
    if (!existsSync(this.ledger)) return []
    const lines = readFileSync(this.ledger, 'utf8').trim().split('\n')
    return lines.map(line => line.split(' ')).map(([pod = '', pid]) => ({ pod, pid: Number(pid) }))
  }

  /** A pod that signs the ledger and then sleeps. */
  sleeper(
    name: string,
    more: { labels?: Record<string, string>; requests?: Record<string, string> } = {},
  ): Draft<Pod> {
    return {
      metadata: { name, namespace: 'default', labels: more.labels },
      spec: { containers: [this.sleeping(more.requests)] },
    }
  }

  sleeping(requests: ResourceRequirements['requests'] = { cpu: '10m', memory: '8Mi' }) {
    // One write of one short line: lines of many processes do not mix. $$ is how Kubernetes writes one $.
    const command = ['/bin/sh', '-c', `echo "$HOSTNAME $$$$" >>${this.ledger}; exec sleep 1000`]
    return { name: 'main', image: 'sleeper', command, resources: { requests } }
  }
}

/** True while a process with this pid is there and is not a zombie. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
