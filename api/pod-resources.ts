import type { Container } from 'kubernetes-types/core/v1'
import type { Pod } from './kinds/pod.ts'
import { parseQuantity, toNumber } from './quantity.ts'

/** What is counted for a container that says nothing: cores and MiB. */
export interface ContainerDefaults {
  readonly cpu: number
  readonly mem: number
}

export interface PodRequests {
  readonly cpus: number
  /** MiB. */
  readonly mem: number
  /** Whole ones, `nvidia.com/gpu`. */
  readonly gpus: number
}

/**
 * What a pod needs to run: the sum of its containers' requests, or the largest request of an init container if that
 * is more, for those run alone and before. A limit stands in for a missing request.
 */
export const podRequests = (pod: Pod, defaults: ContainerDefaults): PodRequests => {
  const amounts = (containers: readonly Container[] = []) =>
    containers.map(each => containerRequests(each, defaults))
  const containers = amounts(pod.spec.containers)
  const inits = amounts(pod.spec.initContainers)
  const total = (name: keyof PodRequests) =>
    Math.max(rounded(containers.reduce((sum, each) => sum + each[name], 0)), ...inits.map(each => each[name]))
  return { cpus: total('cpus'), mem: total('mem'), gpus: total('gpus') }
}

const containerRequests = ({ resources }: Container, defaults: ContainerDefaults): PodRequests => {
  const amount = (name: 'cpu' | 'memory' | 'nvidia.com/gpu') => {
    const text = resources?.requests?.[name] ?? resources?.limits?.[name]
    return text === undefined ? undefined : toNumber(parseQuantity(text))
  }
  const bytes = amount('memory')
  return {
    cpus: amount('cpu') ?? defaults.cpu,
    mem: bytes === undefined ? defaults.mem : bytes / 2 ** 20,
    gpus: amount('nvidia.com/gpu') ?? 0,
  }
}

/** Sums of fractions carry dust: 0.1 + 0.2 is to be 0.3, or an offer of 0.3 would not do. */
const rounded = (amount: number): number => Math.round(amount * 1e6) / 1e6
