import type { NodeStatus, NodeSystemInfo } from 'kubernetes-types/core/v1'
import type { Node } from '../../api/kinds/index.ts'
import { timeOf, withCondition } from '../../api/pod-phase.ts'
import { canonicalQuantity, compareQuantities, parseQuantity } from '../../api/quantity.ts'
import { gitVersion, platform } from '../../api/version.ts'
import { thousandths } from '../../mesos/protocol/amount.ts'
import type { Offer } from '../../mesos/protocol/messages.gen.ts'

type Amounts = Readonly<Record<string, string>>

/**
 * The status of an agent's node when the agent makes this offer. An offer is only of what is free: the capacity is
 * the most that was offered by this agent at once. `known` is the status so far, undefined when it was of another
 * agent; `now` is in milliseconds.
 */
export const statusAfter = (offer: Offer, known: Node['status'], now: number): NodeStatus => {
  const capacity = most(known?.capacity ?? {}, amountsIn(offer))
  const status = {
    ...known,
    capacity,
    allocatable: capacity,
    addresses: addressesOf(offer),
    nodeInfo: infoOf(offer),
  }
  return withCondition(status, { ...ready, lastHeartbeatTime: timeOf(now) }, now)
}

const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'AgentOffers',
  message: 'the Mesos agent offers resources',
} as const

/** Mesos' names of resources, and Kubernetes' with the unit that Mesos counts them in. */
const resources = [
  ['cpus', 'cpu', 'm'],
  ['mem', 'memory', 'Mi'],
  ['disk', 'ephemeral-storage', 'Mi'],
] as const

const amountsIn = (offer: Offer): Amounts =>
  Object.fromEntries(
    resources.map(([name, kubernetesName, unit]) => {
      const parts = (offer.resources ?? []).filter(resource => resource.name === name && !resource.revocable)
      const sum = parts.reduce((total, { scalar }) => total + thousandths(scalar?.value ?? 0), 0)
      const amount = unit === 'm' ? sum : Math.floor(sum / 1_000)
      return [kubernetesName, canonicalQuantity(`${amount}${unit}`)]
    }),
  )

const most = (a: Amounts, b: Amounts): Amounts => ({
  ...a,
  ...Object.fromEntries(
    Object.entries(b).filter(
      ([name, amount]) => compareQuantities(parseQuantity(amount), parseQuantity(a[name] ?? '0')) >= 0,
    ),
  ),
})

const addressesOf = ({ hostname, url }: Offer): NonNullable<NodeStatus['addresses']> => [
  { type: 'Hostname', address: hostname },
  ...(url?.address.ip ? [{ type: 'InternalIP', address: url.address.ip }] : []),
]

/** An agent is of our own platform, for it runs our executor; more of its machine is not told. */
const infoOf = ({ agent_id }: Offer): NodeSystemInfo => ({
  machineID: agent_id.value,
  systemUUID: '',
  bootID: '',
  kernelVersion: '',
  osImage: '',
  containerRuntimeVersion: '',
  kubeletVersion: gitVersion,
  kubeProxyVersion: '',
  operatingSystem: platform.os,
  architecture: platform.arch,
})
