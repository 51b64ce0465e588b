import type { NodeStatus, NodeSystemInfo } from 'kubernetes-types/core/v1'
import { gitVersion, platform } from '../../api/version.ts'
import { nodeNameOf } from '../../mesos/protocol/labels.ts'
import type { Agent } from './agent.ts'
import { conditionsOf, lostConditions } from './conditions.ts'
import type { Entry } from './directory.ts'
import { amountsOf, most, type Overhead, usableBy } from './resources.ts'

export interface Usage {
  /** The roles in which resources are offered to us. */
  readonly roles: readonly string[]
  /** What the executor takes of an agent. */
  readonly overhead: Overhead
}

/**
 * The status of an agent's node. `known` is that so far, undefined when it was of another agent; `now` is in
 * milliseconds.
 */
export const statusOf = (
  entry: Entry,
  known: NodeStatus | undefined,
  { roles, overhead }: Usage,
  now: number,
): NodeStatus => {
  const { agent } = entry
  const capacity = amountsOf(agent.resources)
  const allocatable = amountsOf(usableBy(roles, agent.resources), overhead)
  return {
    ...known,
    // An offer shows what is free: the most that was offered at once comes nearest to what there is.
    capacity: agent.whole ? capacity : most(known?.capacity ?? {}, capacity),
    allocatable: agent.whole ? allocatable : most(known?.allocatable ?? {}, allocatable),
    addresses: addressesOf(agent) ?? known?.addresses ?? [],
    nodeInfo: infoOf(agent, known?.nodeInfo),
    conditions: conditionsOf(entry, known?.conditions ?? [], now),
  }
}

/** The status of a node whose agent Mesos does not have any more. */
export const lostStatus = (known: NodeStatus | undefined, now: number): NodeStatus => ({
  ...known,
  conditions: lostConditions(known?.conditions ?? [], now),
})

/** A master that waits for an agent does not know its address. */
const addressesOf = ({ hostname, ip, standing }: Agent): NodeStatus['addresses'] =>
  ip === undefined && standing === 'disconnected'
    ? undefined
    : [
        ...(ip === undefined ? [] : [{ type: 'InternalIP', address: ip }]),
        { type: 'Hostname', address: nodeNameOf(hostname) },
      ]

/** An agent is of our own platform, for it runs our executor; more of its machine is not told. */
const infoOf = ({ id, version }: Agent, known: NodeSystemInfo | undefined): NodeSystemInfo => ({
  machineID: id,
  systemUUID: '',
  bootID: '',
  kernelVersion: '',
  osImage: '',
  containerRuntimeVersion:
    version === undefined ? (known?.containerRuntimeVersion ?? '') : `mesos://${version}`,
  kubeletVersion: gitVersion,
  kubeProxyVersion: '',
  operatingSystem: platform.os,
  architecture: platform.arch,
})
