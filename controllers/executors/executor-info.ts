import { createHash } from 'node:crypto'
import type { ExecutorInfo, Resource } from '../../mesos/protocol/messages.gen.ts'

export interface ExecutorConfig {
  /** Where an agent fetches the executor's bundle. */
  readonly bundleUrl: string
  /** Where it fetches our own Node; left out where an agent must have `node` in its PATH. */
  readonly nodeUrl?: string
  /** What the executor itself uses on an agent, besides its pods. */
  readonly cpus: number
  readonly mem: number
  /** The user to run as; the framework's when left out. */
  readonly user?: string
  /** -v of the executor. */
  readonly verbosity: number
}

/**
 * The executor of a framework. Mesos refuses a second ExecutorInfo under the id of one that runs, so the id carries
 * a hash of all the rest: a changed configuration is another executor, beside the old one.
 */
export const executorInfo = (config: ExecutorConfig, frameworkId: string, role: string): ExecutorInfo => {
  const uris = [config.nodeUrl, config.bundleUrl]
    .filter(url => url !== undefined)
    .map(value => ({ value, executable: value === config.nodeUrl, extract: false, cache: true }))
  const node = config.nodeUrl ? `./${fileOf(config.nodeUrl)}` : 'node'
  const info = {
    type: 'CUSTOM',
    framework_id: { value: frameworkId },
    name: 'kubernetes-executor',
    source: 'kubernetes',
    command: {
      shell: true,
      value: `exec ${node} ${fileOf(config.bundleUrl)} -v=${config.verbosity}`,
      uris,
      ...(config.user ? { user: config.user } : {}),
    },
    resources: [scalar('cpus', config.cpus, role), scalar('mem', config.mem, role)],
  } as const
  const hash = createHash('sha256').update(JSON.stringify(info)).digest('hex').slice(0, 12)
  return { ...info, executor_id: { value: `kubernetes-executor.${hash}` } }
}

const scalar = (name: string, value: number, role: string): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  allocation_info: { role },
})

const fileOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)
